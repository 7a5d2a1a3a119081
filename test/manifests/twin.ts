import type { Container, Manifest, PodSpec } from './objects.js';

/* Ways to break a manifest, for the twins of the rules. */

/** Overlay, kind, name, what is broken, what must be told. */
export type Twin = readonly [string, string, string, (manifest: Manifest) => void, RegExp];

export const pod = (change: (spec: PodSpec) => void) => (manifest: Manifest) => change(manifest.spec.template!.spec);
export const data = (key: string, value: string) => (manifest: Manifest) =>
  void (manifest.data = { ...manifest.data, [key]: value });

export const container = (change: (one: Container) => void) => pod(({ containers }) => change(containers[0]!));
export const env = (name: string, value: string) => container((one) => void one.env!.push({ name, value }));
