import { describe, expect, it } from '@jest/globals';
import { arrivedOf, judgeOrder } from './order-oracle.js';

const EMITTED = new Map([
  ['x', ['1', '2', '3']],
  ['y', ['4']],
]);

/** `x1 x2 y4`: call and event of each arrival. */
function judge(arrivals: string): ReturnType<typeof judgeOrder> {
  return judgeOrder(
    EMITTED,
    arrivals.split(' ').map((one) => ({ callId: one[0]!, eventId: one.slice(1) })),
  );
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

  it('reads call and event off a request', () => {
    const body = Buffer.from(JSON.stringify({ body: { data: { callId: 'x' } } }));
    expect(arrivedOf({ headers: { 'x-recho-event-id': '1' }, body })).toEqual({ callId: 'x', eventId: '1' });
  });
});
