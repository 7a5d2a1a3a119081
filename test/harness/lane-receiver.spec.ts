import { afterEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '#libs/testkit';
import { startLaneReceiver, type Answer, type LaneReceiver } from './lane-receiver.js';

/** Oracle: what the receiver keeps of requests that a plain client makes. */

let receiver: LaneReceiver;
afterEach(() => receiver.close());

async function post(answer: Answer, signal?: AbortSignal): Promise<Response | 'failed'> {
  receiver = await startLaneReceiver(2, () => answer);
  const headers = { 'X-Recho-Event-Id': 'call-1/7', 'X-Recho-Delivery-Id': 'delivery', 'X-Recho-Attempt': '3' };
  return fetch(receiver.urls[1]!, { method: 'POST', headers, body: '{}', ...(signal && { signal }) }).catch(
    () => 'failed' as const,
  );
}

describe('the receiver of the oracles', () => {
  it.each([
    [200, 'delivered'],
    [422, 'refused'],
    [503, 'failed'],
    [429, 'failed'],
  ])('keeps whose request it was, when it came, and that %d makes it %s', async (status, end) => {
    const before = Date.now();
    expect(await post({ type: 'status', status, delayMs: 20 })).toMatchObject({ status });
    expect(receiver.exchanges).toEqual([
      {
        endpoint: 1,
        callId: 'call-1',
        eventId: 'call-1/7',
        deliveryId: 'delivery',
        attempt: 3,
        arrivedAt: expect.any(Number),
        endedAt: expect.any(Number),
        end,
        retryAfter: null,
      },
    ]);
    const { arrivedAt, endedAt } = receiver.exchanges[0]!;
    expect(arrivedAt).toBeGreaterThan(before - 5);
    expect(endedAt! - arrivedAt).toBeGreaterThan(15);
    expect(receiver.ended).toBe(end === 'failed' ? 0 : 1);
  });

  it('keeps what Retry-After asked for: seconds, or a date', async () => {
    await post({ type: 'status', status: 429, retryAfter: { seconds: 2, as: 'seconds' }, delayMs: 0 });
    expect(receiver.exchanges[0]?.retryAfter).toEqual({ ms: 2000 });
    receiver.close();
    const answer = await post({ type: 'status', status: 503, retryAfter: { seconds: 2, as: 'date' }, delayMs: 0 });
    const date = answer === 'failed' ? null : answer.headers.get('retry-after');
    expect(date).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
    expect(receiver.exchanges[0]?.retryAfter).toEqual({ at: Date.parse(date!) });
  });

  it.each(['headers', 'body'] as const)(
    'resets the connection after the %s: the request came, and failed',
    async (after) => {
      expect(await post({ type: 'reset', after })).toBe('failed');
      expect(receiver.exchanges).toMatchObject([{ end: 'failed' }]);
    },
  );

  it('notes who ended a request without an answer: the sender, or in the end the receiver', async () => {
    expect(await post({ type: 'hang', resetAfterMs: 60_000 }, AbortSignal.timeout(50))).toBe('failed');
    await waitFor('the end', () => receiver.exchanges[0]?.end);
    expect(receiver.exchanges).toMatchObject([{ end: 'cut' }]);
    receiver.close();
    expect(await post({ type: 'hang', resetAfterMs: 50 })).toBe('failed');
    expect(receiver.exchanges).toMatchObject([{ end: 'failed' }]);
  });

  it('notes an answer that nobody waited for as cut', async () => {
    await post({ type: 'status', status: 200, delayMs: 60_000 }, AbortSignal.timeout(50));
    await waitFor('the end', () => receiver.exchanges[0]?.end);
    expect(receiver.exchanges).toMatchObject([{ end: 'cut' }]);
  });
});
