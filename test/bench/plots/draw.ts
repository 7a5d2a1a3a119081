import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchResult } from '../results.js';
import { costPlot, latencyPlot, sourceOf, throughputPlot } from './main-plots.js';
import {
  contrastPlot,
  failingPlot,
  growthPlot,
  hopsPlot,
  memoryPlot,
  nightmarePlot,
  signedPlot,
} from './show-plots.js';

/** Of what one run of the benchmarks told, as SVG; null: it did not measure that. */
export type Plot = (result: BenchResult, source: string) => string | null;

const PLOTS: Readonly<Record<string, Plot>> = {
  throughput: throughputPlot,
  cost: costPlot,
  latency: latencyPlot,
  failing: failingPlot,
  signed: signedPlot,
  contrast: contrastPlot,
  growth: growthPlot,
  nightmare: nightmarePlot,
  memory: memoryPlot,
  hops: hopsPlot,
};

/** By name. @param results of several runs: what is in more than one is drawn from the last that has it. */
export function plotsOf(results: readonly BenchResult[]): Map<string, string> {
  const drawn = new Map<string, string>();
  for (const result of results) {
    for (const [name, plot] of Object.entries(PLOTS)) {
      const svg = plot(result, sourceOf(result));
      if (svg !== null) drawn.set(name, svg);
    }
  }
  return drawn;
}

/** @returns the files that were written. */
export function drawPlots(results: readonly BenchResult[], folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  return [...plotsOf(results)].map(([name, svg]) => {
    const file = join(folder, `${name}.svg`);
    writeFileSync(file, svg);
    return file;
  });
}
