/** Oracle: ADR 13. Times in milliseconds. */
import { EndpointHealths } from './endpoint-health.js';
import type { Signal } from './endpoint-signal.js';

/** An endpoint with a share of 64. */
function endpoint() {
  const healths = new EndpointHealths({ maxInFlight: 64 });
  const tell = (signal: Signal, startedAt: number, endedAt: number): number => {
    healths.told('e', { signal, startedAt, endedAt });
    return healths.limitOf('e');
  };
  return { healths, tell };
}

describe('the share of an endpoint', () => {
  it.each<Signal>(['timeout', 'busy'])('is halved by %s, once for all that were in flight then', (signal) => {
    const { tell } = endpoint();
    expect([tell(signal, 1, 100), tell(signal, 50, 110), tell(signal, 100, 120)]).toEqual([32, 32, 32]);
    expect(tell(signal, 101, 200)).toBe(16);
  });

  it('falls to one, never to none', () => {
    const { tell } = endpoint();
    const limits = Array.from({ length: 10 }, (_, round) => tell('timeout', round * 10 + 1, round * 10 + 5));
    expect(limits).toEqual([32, 16, 8, 4, 2, 1, 1, 1, 1, 1]);
  });

  it('grows by one with a full share of answers, up to the whole', () => {
    const { tell, healths } = endpoint();
    for (let round = 0; round < 6; round++) tell('timeout', round * 10 + 1, round * 10 + 5);
    expect([tell('answered', 100, 101), tell('answered', 100, 101), tell('answered', 100, 101)]).toEqual([2, 2, 2]);
    for (let answers = 0; answers < 2100; answers++) tell('answered', 100, 101);
    expect(healths.limitOf('e')).toBe(64);
  });

  it('is its own: another endpoint keeps all of its', () => {
    const { tell, healths } = endpoint();
    tell('timeout', 1, 100);
    expect(healths.limitOf('other')).toBe(64);
  });
});
