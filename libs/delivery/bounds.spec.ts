/**
 * What waits, and how much of it: memory and endpoints have their bounds.
 * Oracles: the attempts, sends and commits asked of the doubles, in order.
 */
import { ABSTAINED, brokenRecord, deadOf, DELIVERED, recordOf, REFUSED, tenureOf } from './engine.fixture.js';
import { Inbox } from './inbox.js';
import { readLaneJob } from './lane-job.js';

describe('memory', () => {
  it('is bounded: fetching pauses when a partition is full, resumes when it drains, and nothing is lost', async () => {
    const world = tenureOf({ maxInFlight: 10_000, maxInFlightPerEndpoint: 5000 });
    const all = Array.from({ length: 6000 }, (_, offset) => recordOf(offset, { callId: `c${offset}` }));
    await world.accept(all);
    expect(world.fetching).toEqual(['pause 0']);
    expect(world.attempts).toHaveLength(4000);
    while (world.pending.some(({ what }) => what.startsWith('attempt'))) {
      for (const one of [...world.pending]) if (one.what.startsWith('attempt')) one.end(DELIVERED as never);
      await world.settle();
    }
    expect(world.fetching).toEqual(['pause 0', 'resume 0']);
    expect(new Set(world.attempted()).size).toBe(6000);
    expect(world.commits.at(-1)?.offset).toBe(6000);
  });

  it('does not fill up for good with records that are no jobs', async () => {
    const world = tenureOf();
    await world.accept([...Array.from({ length: 5000 }, (_, offset) => brokenRecord(offset)), recordOf(5000)]);
    await world.settle();
    expect(world.attempted()).toEqual(['d5000']);
    expect(world.fetching).toEqual(['pause 0', 'resume 0']);
  });

  it('waits for the oldest job when the ledger is as wide as a commit can say, and goes on behind it', async () => {
    const world = tenureOf();
    await world.read([0]);
    for (let offset = 1; offset < 20_000; offset += 1000) {
      await world.accept(
        Array.from({ length: 1000 }, (_, index) => ({ ...recordOf(offset + index), value: Buffer.from('broken') })),
      );
      await world.settle();
    }
    expect(deadOf(world)).toHaveLength(16_383);
    expect(Math.max(...world.commits.map(({ metadata }) => metadata.length))).toBeLessThanOrEqual(4096);
    await world.end('attempt d0', DELIVERED);
    await world.settle();
    expect(deadOf(world)).toHaveLength(20_000);
    expect(world.commits.at(-1)?.offset).toBe(20_001);
  });
});

describe('bytes that were read', () => {
  it('are not kept while their job waits: they are a piece of a whole fetch', () => {
    const job = readLaneJob(recordOf(0));
    expect(Object.values(job).filter((part) => Buffer.isBuffer(part))).toEqual([]);
    expect(job).toMatchObject({ bytes: recordOf(0).value!.length });
  });

  it('are let go of when they are taken in, few as they are', () => {
    const inbox = new Inbox<{ bytes: number }>({ pause: () => {}, resume: () => {} }, { records: 10, bytes: 1000 });
    for (let count = 0; count < 500; count++) {
      inbox.add([{ ...recordOf(count), bytes: 1 }]);
      expect(inbox.peek()).toBeDefined();
      inbox.drop();
    }
    const { entries } = inbox as unknown as { entries: { entries: unknown[] } };
    expect(entries.entries.filter((one) => one !== undefined)).toEqual([]);
  });
});

describe('an endpoint', () => {
  it('that never answers holds its own share; another endpoint goes on', async () => {
    const world = tenureOf({ maxInFlight: 10, maxInFlightPerEndpoint: 3 });
    await world.accept(
      Array.from({ length: 20 }, (_, offset) => recordOf(offset, { endpointId: 'slow', callId: `c${offset}` })),
    );
    await world.accept(
      Array.from({ length: 20 }, (_, index) => recordOf(20 + index, { endpointId: 'fast', callId: `c${index}` })),
    );
    for (let next = 20; next < 40; next++) {
      await world.end(`attempt d${next}`, DELIVERED);
      await world.settle();
    }
    expect(world.attempted().filter((id) => Number(id.slice(1)) < 20)).toHaveLength(3);
    expect(world.attempted().filter((id) => Number(id.slice(1)) >= 20)).toHaveLength(20);
  });

  it('gets its share back whatever its attempts come to', async () => {
    const world = tenureOf({ maxInFlight: 2, maxInFlightPerEndpoint: 2 });
    world.state.endpoints.set('gone', null);
    const verdicts = [DELIVERED, REFUSED, ABSTAINED];
    let offset = 0;
    for (let round = 0; round < 30; round++) {
      await world.read([offset], { callId: `c${offset}` });
      await world.read([offset + 1], { callId: `c${offset}`, endpointId: 'gone' });
      await world.end(`attempt d${offset}`, verdicts[round % 3]);
      await world.settle();
      if (round % 3 === 2) await world.end(`attempt d${offset}`, DELIVERED);
      await world.settle();
      offset += 2;
    }
    expect(world.commits.at(-1)?.offset).toBe(60);
  });
});
