import { describe, expect, it } from '@jest/globals';
import type { Answer } from '#libs/delivery';
import { classifyTeams, teamsAsksToWaitMs } from './teams.classify.js';

/* The answers of Workflows and of Incoming Webhooks, as Microsoft's documentation and their users have them. */
const answer = (status: number, body: string | null = null, retryAfter: string | null = null): Answer => ({
  ...{ status, body, retryAfter },
  failure: null,
});
const failed = (status: number): string =>
  `Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error ${status} with ContextId tcid=1,server=a,cv=b..`;

describe('an answer of Teams', () => {
  it.each<[string, Answer]>([
    ['202 of a workflow', answer(202)],
    ['200 of an Incoming Webhook', answer(200, '1')],
    ['200 without a body', answer(200)],
  ])('is delivered: %s', (_, given) => {
    expect(classifyTeams(given, 0)).toEqual({ type: 'delivered' });
  });

  it.each([429, 500, 502, 503, 408])('of 200 that reports %i is a retry', (status) => {
    expect(classifyTeams(answer(200, failed(status)), 0)).toEqual({
      type: 'retry',
      reason: `http_${status}: the endpoint answered ${status} (in the body of a 200)`,
    });
  });

  it.each([400, 403, 404, 410, 413])('of 200 that reports %i is refused', (status) => {
    const reason = expect.stringMatching(`^http_${status}: .*in the body of a 200`);
    expect(classifyTeams(answer(200, failed(status)), 0)).toEqual({ type: 'refused', reason });
  });

  it('of another status is judged by that one', () => {
    expect(classifyTeams(answer(413, failed(429)), 0)).toMatchObject({ type: 'refused' });
    expect(classifyTeams(answer(503), 0)).toMatchObject({ type: 'retry' });
  });

  it('of 429, wherever it stands, asks the whole webhook to wait', () => {
    expect(teamsAsksToWaitMs(answer(200, failed(429)), 0)).toBe(1000);
    expect(teamsAsksToWaitMs(answer(429, null, '7'), 0)).toBe(7000);
    expect(teamsAsksToWaitMs(answer(200, failed(413)), 0)).toBeNull();
    expect(teamsAsksToWaitMs(answer(202), 0)).toBeNull();
  });
});
