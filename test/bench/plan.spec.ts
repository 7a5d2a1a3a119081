import { describe, expect, it } from '@jest/globals';
import { planFor, type Measured } from './plan.js';

const MEASURED: Measured = {
  cpu: { router: 0.06, 'delivery-custom': 0.12, recorder: 0.03, kafka: 0.05, postgres: 0.05 },
  logBytes: 3e6,
  walBytes: 1e6,
};

describe('a plan for a rate', () => {
  it('has cores busy in proportion, and a process for each 0.6 of one', () => {
    const { busy, processes } = planFor(10_000, MEASURED);
    expect([busy.router, processes.router]).toEqual([0.6, 1]);
    expect([busy['delivery-custom'], processes['delivery-custom']]).toEqual([1.2, 2]);
    expect(planFor(100_000, MEASURED).processes['delivery-custom']).toBe(20);
  });

  it('has brokers for the replicated log when that needs more than the CPU', () => {
    // 3 MB × 100 × 3 replicas = 900 MB/s, of which a broker writes 150.
    expect(planFor(100_000, MEASURED).brokers).toBe(6);
    expect(planFor(100_000, { ...MEASURED, logBytes: 1 }).brokers).toBe(3);
  });

  it('has servers for the write-ahead log when that needs more than the CPU', () => {
    // 100 MB/s, of which a server writes 60.
    expect(planFor(100_000, MEASURED).databases).toBe(2);
  });

  it('has two partitions for each delivery process', () => {
    expect(planFor(100_000, MEASURED).partitions).toBe(64);
    expect(planFor(100, MEASURED).partitions).toBe(12);
  });
});
