import { describe, expect, it } from '@jest/globals';
import type { Verdict } from '#libs/ordering';
import { LADDER, tenureOf } from './engine.fixture.js';

/** Oracles: which attempts were started, and the timers that were set. */

const TOO_MANY: Verdict = { type: 'retry', reason: 'http_429: too many' };

/** The first call was attempted; every answer asks for that pause. @param askedMs null: for none. */
async function askingFor(askedMs: number | null) {
  const world = tenureOf();
  Object.assign(world.deps.attempt.room, { askedToWaitMs: () => askedMs });
  await world.read([0], { endpointId: 'limited', callId: 'c0' });
  await world.end('attempt d0', TOO_MANY);
  return world;
}

describe('an endpoint that asks for a pause', () => {
  it('is not called for any call until it is over; other endpoints are', async () => {
    const world = await askingFor(2000);
    await world.read([1], { endpointId: 'limited', callId: 'c1' });
    await world.read([2], { endpointId: 'other', callId: 'c2' });
    expect(world.attempted()).toEqual(['d0', 'd2']);
    world.state.now += 2000;
    await world.end('timer 2000');
    expect(world.attempted()).toEqual(['d0', 'd2', 'd1']);
  });

  it('and one that asks for none is called at once', async () => {
    const world = await askingFor(null);
    await world.read([1], { endpointId: 'limited', callId: 'c1' });
    expect(world.attempted()).toEqual(['d0', 'd1']);
  });

  it('is heeded no longer than the longest rung, whatever it asks for', async () => {
    const world = await askingFor(9_999_999_999_000);
    await world.read([1], { endpointId: 'limited', callId: 'c1' });
    world.state.now += LADDER.at(-1)! - 1;
    await world.read([2], { endpointId: 'limited', callId: 'c2' });
    expect(world.attempted()).toEqual(['d0']);
    world.state.now += 1;
    await world.end(`timer ${LADDER.at(-1)}`);
    expect(world.attempted()).toEqual(['d0', 'd1', 'd2']);
  });
});
