import { describe, expect, it } from '@jest/globals';
import type { Received } from '#libs/testkit';
import { judgeOrder } from './order-oracle.js';

const EMITTED = new Map([
  ['x', ['1', '2', '3']],
  ['y', ['4']],
]);

/** `x1 x2 y4`: call and event of each arrival. */
function judge(arrivals: string): ReturnType<typeof judgeOrder> {
  const received = arrivals.split(' ').map((one): Received => ({
    method: 'POST',
    url: '/',
    headers: { 'x-recho-event-id': one.slice(1) },
    rawHeaders: [],
    body: Buffer.from(JSON.stringify({ body: { data: { callId: one[0] } } })),
  }));
  return judgeOrder(EMITTED, received);
}

describe('the oracle of order', () => {
  it('has nothing to say about calls in order, however they are mixed', () => {
    expect(judge('x1 y4 x2 x3')).toEqual({ lost: [], reversed: [], adjacentRepeats: 0 });
  });

  it('counts an immediate repeat, also with other calls in between', () => {
    expect(judge('x1 x2 y4 x2 x3')).toEqual({ lost: [], reversed: [], adjacentRepeats: 1 });
  });

  it('finds what is lost', () => {
    expect(judge('x1 x3')).toMatchObject({ lost: ['2', '4'] });
  });

  it('finds what is reversed', () => {
    expect(judge('x1 x3 x2 y4')).toMatchObject({ reversed: ['x: 2 after 3'] });
  });

  it('finds a repeat that came behind a later event', () => {
    expect(judge('x1 x2 x1 x3 y4')).toMatchObject({ reversed: ['x: 1 after 2'] });
  });
});
