import { randomInt } from 'node:crypto';
import { runToEnd } from '../harness/run-to-end.js';
import { parseChaosOptions, USAGE, type ChaosOptions } from './options.js';
import { holds, reportOf } from './report.js';
import { runChaos } from './run.js';

async function main({ minutes, rate, seed }: ChaosOptions): Promise<number> {
  const startedAt = performance.now();
  const say = (text: string): void =>
    console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${text}`);
  say(`chaos for ${minutes} min at ${rate} events a second, --seed ${seed}`);
  const result = await runChaos({ minutes, rate, seed }, say);
  for (const line of reportOf(result)) console.log(line);
  return holds(result) ? 0 : 1;
}

await runToEnd(async () => {
  const options = parseChaosOptions(process.argv.slice(2), () => randomInt(1, 2 ** 31));
  if (options !== 'help') return main(options);
  console.log(USAGE);
  return 0;
});
