import { performance } from 'node:perf_hooks';

/** With so much of its time taken, the event loop is what everybody waits for. */
const BUSY = 0.9;

/** @returns whether the process has been busy since it was asked last: then nothing is gained by more work for it. */
export function measureLoop(): () => boolean {
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization >= BUSY;
  };
}
