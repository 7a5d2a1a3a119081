import { describe, expect, it } from '@jest/globals';
import { askedToWaitOn429, type Answer } from '#libs/delivery';
import { classifySlack } from './slack.classify.js';

/* Slack's answers, as its documentation has them. */
const answer = (status: number, body: string | null = null, retryAfter: string | null = null): Answer => ({
  ...{ status, body, retryAfter },
  failure: null,
});

describe('an answer of Slack', () => {
  it('that refuses a message says in words what to do', () => {
    expect(classifySlack(answer(404, 'no_service'), 0)).toEqual({
      type: 'refused',
      reason: 'http_404: Slack answered no_service: the webhook was removed or switched off; make a new one',
    });
    expect(classifySlack(answer(404, 'something new'), 0)).toMatchObject({
      type: 'refused',
      reason: expect.stringMatching('^http_404: the'),
    });
  });

  it('is judged by its status, whatever the body says', () => {
    expect(classifySlack(answer(200, 'no_service'), 0)).toEqual({ type: 'delivered' });
    expect(classifySlack(answer(500, 'no_service'), 0)).toMatchObject({ type: 'retry' });
  });

  it('asks the whole webhook to wait as long as it says; of 429 a second when it does not say', () => {
    expect(classifySlack(answer(429, 'rate_limited', '30'), 0)).toMatchObject({ type: 'retry', afterMs: 30_000 });
    expect(askedToWaitOn429(answer(429, 'rate_limited', '30'), 0)).toBe(30_000);
    expect(askedToWaitOn429(answer(429), 0)).toBe(1000);
    expect(askedToWaitOn429(answer(503, null, '30'), 0)).toBe(30_000);
    expect(askedToWaitOn429(answer(503), 0)).toBeNull();
    expect(askedToWaitOn429(answer(200, 'ok'), 0)).toBeNull();
  });
});
