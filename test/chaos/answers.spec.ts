import { describe, expect, it } from '@jest/globals';
import type { Exchange } from '../harness/exchange.js';
import type { Answer } from '../harness/lane-receiver.js';
import { chaosAnswers } from './answers.js';

const HANG_MS = 4000;

function exchange(eventId: string, attempt: number): Exchange {
  return {
    endpoint: 0,
    callId: 'call',
    eventId,
    deliveryId: eventId,
    attempt,
    arrivedAt: 0,
    endedAt: null,
    end: null,
    retryAfter: null,
  };
}

/** What 5,000 events get at their first attempts. */
function answers(seed: number, attempts = 1): Answer[] {
  const answerOf = chaosAnswers(seed, HANG_MS);
  return Array.from({ length: 5000 }, (_, event) => event).flatMap((event) =>
    Array.from({ length: attempts }, (_, n) => answerOf(exchange(`call/${event}`, n + 1), n)),
  );
}

const isOk = (answer: Answer): boolean => answer.type === 'status' && answer.status === 200;

/** `503`, `429 seconds`, `hang`, `reset body`. */
function name(answer: Answer): string {
  if (answer.type === 'hang') return 'hang';
  if (answer.type === 'reset') return `reset ${answer.after}`;
  return [answer.status, answer.retryAfter?.as].filter((part) => part !== undefined).join(' ');
}

describe('the receivers of a chaos run', () => {
  it('fail about a fifth of the attempts, in every way there is', () => {
    const all = answers(7);
    const failed = all.filter((answer) => !isOk(answer));
    expect(failed.length / all.length).toBeGreaterThan(0.17);
    expect(failed.length / all.length).toBeLessThan(0.25);
    expect(new Set(failed.map(name))).toEqual(
      new Set(['422', '503', '503 date', '429 seconds', 'hang', 'reset headers', 'reset body']),
    );
  });

  it('refuse some events for good, and fail some at all seven attempts', () => {
    const byEvent = answers(7, 7);
    const events = Array.from({ length: 5000 }, (_, event) => byEvent.slice(event * 7, event * 7 + 7));
    const refused = events.filter((all) => all.every((answer) => name(answer) === '422'));
    const doomed = events.filter((all) => all.every((answer) => !isOk(answer) && name(answer) !== '422'));
    expect(refused.length).toBeGreaterThan(20);
    expect(doomed.length).toBeGreaterThan(5);
    expect(doomed.length).toBeLessThan(40);
  });

  it('do the same for the same seed, and something else for another', () => {
    expect(answers(7)).toEqual(answers(7));
    expect(answers(7)).not.toEqual(answers(8));
  });
});
