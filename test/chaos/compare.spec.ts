import { describe, expect, it } from '@jest/globals';
import type { End, Exchange } from '../harness/exchange.js';
import { compareWithHistory, unseenAttempts, usedUp } from './compare.js';

function exchange(deliveryId: string, end: End, attempt = 1): Exchange {
  const times = { arrivedAt: 0, endedAt: 0, retryAfter: null };
  return { endpoint: 0, callId: 'x', eventId: `x/${deliveryId}`, deliveryId, attempt, end, ...times };
}
const recorded = (deliveryId: string, status: string) => ({
  deliveryId,
  eventId: `x/${deliveryId}`,
  status,
  attempts: 1,
});

describe('history and receiver', () => {
  it('agree when each delivery ended as the receiver answered last', () => {
    const seen = [
      exchange('a', 'failed'),
      exchange('b', 'refused'),
      exchange('a', 'delivered', 2),
      exchange('c', 'cut', 7),
    ];
    const history = [recorded('a', 'delivered'), recorded('b', 'dead_lettered'), recorded('c', 'dead_lettered')];
    expect(compareWithHistory(seen, history)).toEqual({
      recorded: { delivered: 1, dead: 2, others: 0 },
      disagreements: [],
    });
  });

  it.each([
    ['was refused is recorded as delivered', exchange('a', 'refused'), 'delivered'],
    ['was taken is recorded as dead', exchange('a', 'delivered'), 'dead_lettered'],
    ['was taken is still waiting', exchange('a', 'delivered'), 'waiting'],
  ])('disagree when one that %s', (_, seen, status) => {
    expect(compareWithHistory([seen], [recorded('a', status)]).disagreements).toEqual([
      `x/a (delivery a) is ${status}, but attempt 1 was ${seen.end}`,
    ]);
  });

  it('disagree when one has what the other has not', () => {
    expect(compareWithHistory([], [recorded('a', 'delivered')]).disagreements).toEqual([
      'x/a (delivery a) is delivered, but the receiver never saw it',
    ]);
    expect(compareWithHistory([exchange('a', 'delivered')], []).disagreements).toEqual([
      'x/a (delivery a) came, but the history does not have it',
    ]);
  });
});

describe('a dead letter used up its attempts', () => {
  it('when it had all seven; one that was refused, or delivered at the last, did not', () => {
    const history = [
      { ...recorded('a', 'dead_lettered'), attempts: 7 },
      recorded('b', 'dead_lettered'),
      { ...recorded('c', 'delivered'), attempts: 7 },
    ];
    expect(usedUp(history)).toEqual(new Set(['a']));
  });
});

describe('attempts that the receiver never read', () => {
  it('are told with what the history knows of them', () => {
    const attempt = { deliveryId: 'a', reason: 'timeout: no answer', durationMs: 2001 };
    const attempts = [
      { ...attempt, attempt: 1 },
      { ...attempt, attempt: 2 },
    ];
    expect(unseenAttempts([exchange('a', 'failed', 2)], attempts)).toEqual([
      'attempt 1 of delivery a ended after 2001 ms: timeout: no answer',
    ]);
  });
});
