import { describe, expect, it } from '@jest/globals';
import { DatabaseError } from 'pg';
import type { AttemptRecord } from '#libs/contracts';
import { FencedError, TOPICS, type Assignment, type CommitEntry, type RecordBatch } from '#libs/kafka';
import { attemptRecord } from '#libs/testkit';
import { Recorder } from './recorder.js';

/*
 * Batches of several partitions, handed in as one fetch brings them, with a history and an assignment of memory. Oracle:
 * what was written in one go, and what was committed.
 */

const BAD = 'no-uuid';
const refused = Object.assign(new DatabaseError('no uuid', 0, 'error'), { code: '22P02' });

function stage({ fails = (): Error | null => null, fenced = false } = {}) {
  const writes: { readonly eventIds: readonly string[]; readonly partitions: readonly (number | null)[] }[] = [];
  const commits: (readonly CommitEntry[])[] = [];
  const dropped: unknown[] = [];
  const recorder = new Recorder({
    history: {
      write: (records, _lanes, partitionOf = () => null) => {
        const error = records.some(({ deliveryId }) => deliveryId === BAD) ? refused : fails();
        if (error !== null) return Promise.reject(error);
        writes.push({ eventIds: records.map(({ eventId }) => eventId), partitions: records.map(partitionOf) });
        return Promise.resolve([]);
      },
    },
    metrics: { written: () => undefined, dropped: () => undefined, orderViolated: fail, repeatDelivered: fail },
    changes: { note: () => undefined },
    log: {
      ...{ debug: () => undefined, info: () => undefined, warn: () => undefined },
      error: (fields: unknown) => void dropped.push(fields),
    },
    tracing: { isOn: false, start: fail },
    now: () => 0,
  });
  const assign = (): Assignment => {
    const assignment = {
      commit: (entries: readonly CommitEntry[]) => {
        commits.push(entries);
        return fenced ? Promise.reject(new FencedError('over')) : Promise.resolve();
      },
    } as Partial<Assignment> as Assignment;
    recorder.onAssigned(assignment);
    return assignment;
  };
  return { recorder, writes, commits, dropped, assign };
}

function fail(): never {
  throw new Error('not expected');
}

/** Records `p<partition>-<offset>` from offset 10 on. */
function batch(assignment: Assignment, partition: number, records: Partial<AttemptRecord>[] = [{}, {}]): RecordBatch {
  const recordAt = (vary: Partial<AttemptRecord>, offset: number) => ({
    ...{ offset, key: null, headers: undefined, timestamp: 0 },
    value: Buffer.from(JSON.stringify(attemptRecord({ eventId: `p${partition}-${offset}`, ...vary }))),
  });
  return {
    ...{ topic: TOPICS.attempts, partition, highWatermark: 100, assignment },
    records: records.map((vary, index) => recordAt(vary, 10 + index)),
  };
}

const entry = (partition: number, offset = 12): CommitEntry => ({
  ...{ topic: TOPICS.attempts, partition, offset, metadata: '' },
});

describe('batches that are handed in at the same time', () => {
  it('share a transaction, in which each record has its partition, and a commit', async () => {
    const { recorder, writes, commits, assign } = stage();
    const assignment = assign();
    await Promise.all([3, 1, 2].map((partition) => recorder.record(batch(assignment, partition))));
    expect(writes).toEqual([
      { eventIds: ['p3-10', 'p3-11', 'p1-10', 'p1-11', 'p2-10', 'p2-11'], partitions: [3, 3, 1, 1, 2, 2] },
    ]);
    expect(commits).toEqual([[entry(3), entry(1), entry(2)]]);
    // One by one they do not.
    for (const partition of [3, 1]) await recorder.record(batch(assignment, partition));
    expect(writes).toHaveLength(3);
    expect(commits).toHaveLength(3);
  });

  it('share none with those of another assignment, whose lanes another recorder may have recorded', async () => {
    const { recorder, writes, commits, assign } = stage();
    const [one, other] = [assign(), assign()];
    await Promise.all([batch(one, 1), batch(other, 1), batch(other, 2)].map((each) => recorder.record(each)));
    expect(writes.map(({ partitions }) => partitions)).toEqual([
      [1, 1],
      [1, 1, 2, 2],
    ]);
    expect(commits).toEqual([[entry(1)], [entry(1), entry(2)]]);
  });

  it('share none when they are too large together', async () => {
    const { recorder, writes, assign } = stage();
    const assignment = assign();
    const large = [{ responseBody: 'x'.repeat(3 * 1024 * 1024) }];
    await Promise.all([1, 2, 3].map((partition) => recorder.record(batch(assignment, partition, large))));
    expect(writes.map(({ partitions }) => partitions)).toEqual([[1], [2], [3]]);
  });

  it('lose nothing to a record of one of them that is refused, and the log has its place', async () => {
    const { recorder, writes, commits, dropped, assign } = stage();
    const assignment = assign();
    const faulty = batch(assignment, 2, [{}, { deliveryId: BAD }, {}]);
    await Promise.all([batch(assignment, 1), faulty, batch(assignment, 3)].map((each) => recorder.record(each)));
    expect(writes.flatMap(({ eventIds }) => eventIds)).toEqual(['p1-10', 'p1-11', 'p2-10', 'p2-12', 'p3-10', 'p3-11']);
    expect(dropped).toMatchObject([{ topic: TOPICS.attempts, partition: 2, offset: 11, deliveryId: BAD }]);
    expect(commits).toEqual([[entry(1), entry(2, 13), entry(3)]]);
  });

  it('all come again when they cannot be written, and nothing is committed until they are', async () => {
    let away: Error | null = new Error('Postgres is away');
    const { recorder, commits, assign } = stage({ fails: () => away });
    const assignment = assign();
    const record = () => Promise.allSettled([1, 2].map((partition) => recorder.record(batch(assignment, partition))));
    expect((await record()).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(commits).toEqual([]);
    expect(recorder.state()).toMatchObject({ error: away });
    away = null;
    expect((await record()).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(commits).toEqual([[entry(1), entry(2)]]);
    expect(recorder.state()).toBeNull();
  });

  it('are left to the next owner when the commit comes too late, which is nobody’s fault', async () => {
    const { recorder, commits, assign } = stage({ fenced: true });
    await recorder.record(batch(assign(), 1));
    expect(commits).toEqual([[entry(1)]]);
    expect(recorder.state()).toBeNull();
  });
});
