/**
 * Node's flags for a service. Left to itself V8 lets a heap grow by half a gigabyte on a large machine before it collects
 * what is garbage already; bounded, a service keeps to what it needs (`node tools/bench-parked.mjs`). The bound is far
 * above that: what may wait in memory is bounded by the services themselves. Semi-spaces of 16 MiB, because a busy
 * delivery service fills one of 4 MiB forty times a second, and spends twice as much on collecting them.
 */
export const SERVICE_FLAGS = ['--enable-source-maps', '--max-old-space-size=768', '--max-semi-space-size=16'];
