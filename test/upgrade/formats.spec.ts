/**
 * What the release before this one wrote to Kafka, byte by byte as its processes did, under the present code; and what the
 * present code does with records of a version that follows it.
 * Oracles: the kept bytes, read by JSON.parse alone.
 */
import { describe, expect, it } from '@jest/globals';
import { decodeAttempt, decodeJob, decodeLaneCommand, encodeJob } from '#libs/contracts';
import { decodeMark, encodeMark, HEADERS } from '#libs/kafka';
import { OffsetLedger } from '#libs/ordering';
import { Epochs } from '../../apps/router/epochs.js';
import { routeBatch } from '../../apps/router/route-batch.js';
import { readRecords } from '../../apps/recorder/read-records.js';
import { incoming, readRelease, type KeptRecord } from './release.js';

const release = readRelease();
const { records, commits } = release;

const NOT_OURS = new Set(['no job', '{"no":"event"}']);
const ofTopics = (pattern: RegExp): KeptRecord[] =>
  records.filter(({ topic, value }) => pattern.test(topic) && !NOT_OURS.has(value));

/** A job is read from its topic; its copies on rungs and in dead letters are for people and for a restore. */
const JOBS = ofTopics(/^deliveries\.(custom|slack|teams|email)(\.retry\.\d|\.dlq)?$/);
const ATTEMPTS = ofTopics(/^deliveries\.attempts$/);
const COMMANDS = ofTopics(/\.commands$/);
const EVENTS = ofTopics(/^calls\.events$/);

const DECODERS = [
  ['job', JOBS, decodeJob],
  ['attempt record', ATTEMPTS, decodeAttempt],
  ['command', COMMANDS, decodeLaneCommand],
] as const;

/** Fields of a later version, in every object: this one knows none of them. */
function withMore(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMore);
  if (typeof value !== 'object' || value === null) return value;
  const more = Object.entries(value).map(([name, inner]) => [name, withMore(inner)] as const);
  return { newFirst: 1, ...Object.fromEntries(more), newLast: { deep: [null, 'x'] } };
}
const later = (record: KeptRecord): KeptRecord => ({
  ...record,
  value: JSON.stringify(withMore(JSON.parse(record.value))),
  headers: { 'recho-new': 'x', ...record.headers, 'another-new': '' },
});
const bytes = ({ value }: KeptRecord): Buffer => Buffer.from(value);

describe('the fixtures', () => {
  it('have of everything that is kept in Kafka', () => {
    const kinds = new Set(
      JOBS.map(({ value }) => (JSON.parse(value) as { endpoint: { endpointType: string } }).endpoint),
    );
    expect(new Set([...kinds].map(({ endpointType }) => endpointType)).size).toBe(4);
    const topics = new Set(records.map(({ topic }) => topic));
    for (const topic of ['retry.1', 'retry.2', 'commands', 'dlq'])
      expect(topics).toContain(`deliveries.custom.${topic}`);
    expect(new Set(ATTEMPTS.map(({ value }) => decodeAttempt(Buffer.from(value)).status)).size).toBe(4);
    expect(COMMANDS.map(({ value }) => (JSON.parse(value) as { type: string }).type)).toEqual(['retry', 'skip']);
    expect(JOBS.some(({ value }) => 'redrive' in (JSON.parse(value) as object))).toBe(true);
    expect(EVENTS.length).toBeGreaterThan(10);
  });
});

describe('a value of the previous release', () => {
  it.each(DECODERS)('that is a %s is read as it is', (_what, kept, decode) => {
    for (const record of kept) expect(decode(bytes(record))).toEqual(JSON.parse(record.value));
  });

  it.each(DECODERS)(
    'that is a %s of another version than 1 is refused in words, not guessed at',
    (what, kept, decode) => {
      for (const v of [0, 2, '1', null, undefined]) {
        const other = JSON.stringify({ ...(JSON.parse(kept[0]!.value) as object), v });
        expect(() => decode(Buffer.from(other))).toThrow(`the ${what} has version ${JSON.stringify(v)}`);
      }
    },
  );

  it.each([
    ...[0, 1, 2].flatMap((index) => {
      const [what, kept, decode] = DECODERS[index]!;
      const needed = [
        ['deliveryId', 'endpoint', 'event'],
        ['deliveryId', 'status', 'receivedAt'],
        ['type', 'attempts', 'callId'],
      ];
      return needed[index]!.map((name) => [what, name, kept[0]!.value, decode] as const);
    }),
  ])('that is a %s and has another name for %s is caught', (_what, name, value, decode) => {
    const { [name]: moved, ...rest } = JSON.parse(value) as Record<string, unknown>;
    expect(() => decode(Buffer.from(JSON.stringify({ ...rest, [`${name}2`]: moved })))).toThrow(/ lacks |undefined/);
  });

  it('that is a job is written again byte by byte', () => {
    for (const record of JOBS) expect(encodeJob(decodeJob(bytes(record)))).toBe(record.value);
  });

  it('is history for the recorder, every one', () => {
    const { readable, unreadable } = readRecords([{ partition: 0, records: ATTEMPTS.map(incoming) }]);
    expect(unreadable).toEqual([]);
    expect(readable.map(({ record }) => JSON.stringify(record))).toEqual(ATTEMPTS.map(({ value }) => value));
  });
});

describe('source marks of the previous release', () => {
  const marks = JOBS.flatMap(({ headers }) => headers[HEADERS.mark] ?? []);

  it('are read, and written again byte by byte', () => {
    expect(marks.length).toBeGreaterThan(10);
    for (const mark of marks) expect(encodeMark(decodeMark(mark))).toBe(mark);
  });

  it('in another form are refused', () => {
    expect(() => decodeMark(marks[0]!.replaceAll(':', '/'))).toThrow(/expected <epoch>:<offset>:<ordinal>/);
  });
});

describe('commits of the previous release', () => {
  const jobs = commits.find(({ topic }) => topic === 'deliveries.custom')!;
  const routed = commits.find(({ group }) => group === 'router')!;

  it('of jobs begin a ledger that knows what was finished, and drops what comes again', () => {
    const ledger = new OffsetLedger(jobs.offset, jobs.metadata);
    expect(ledger.progress()).toEqual({ offset: jobs.offset, metadata: jobs.metadata });
    const kept = records.filter(({ topic, offset }) => topic === 'deliveries.custom' && offset >= jobs.offset);
    const tracked = kept.map(({ offset, headers }) => {
      const mark = headers[HEADERS.mark];
      return ledger.track(offset, mark === undefined ? null : decodeMark(mark));
    });
    // The one that was in flight, and all behind it.
    expect(tracked).toEqual(['fresh', ...kept.slice(1).map(() => 'finished')]);
    const before = records.find(({ topic, offset }) => topic === 'deliveries.custom' && offset === 0)!;
    expect(ledger.track(kept.length + 1, decodeMark(before.headers[HEADERS.mark]!))).toBe('repeat');
  });

  it('of jobs in another form are refused, and what to do is said', () => {
    for (const metadata of [jobs.metadata.replace('1;', '2;'), `${jobs.metadata};more`, 'x']) {
      expect(() => new OffsetLedger(jobs.offset, metadata)).toThrow(
        /not of this version.*run the version that wrote it/,
      );
    }
  });

  it('of events keep the routing epoch, with which jobs get the ids and marks that they had', async () => {
    const epochs = new Epochs(
      { committed: () => routed, commit: () => Promise.reject(new Error('a new epoch')) } as never,
      () => 'a new epoch',
    );
    const epoch = await epochs.of(routed.topic, 0, routed.offset);
    expect(epoch).toBe(routed.metadata);
    const again = routeBatch(
      {
        topic: routed.topic,
        partition: 0,
        epoch,
        records: records.filter(({ topic }) => topic === routed.topic).map(incoming),
      },
      settingsOfRelease(),
      () => 'trace',
    );
    const idsOf = (all: readonly { readonly headers?: Readonly<Record<string, unknown>> | undefined }[]): string[] =>
      all.flatMap(({ headers = {} }) =>
        headers[HEADERS.mark] === undefined
          ? []
          : [`${String(headers[HEADERS.deliveryId])} ${String(headers[HEADERS.mark])}`],
      );
    expect(idsOf(again.records).toSorted()).toEqual(
      idsOf(JOBS.filter(({ topic }) => !/retry|dlq/.test(topic))).toSorted(),
    );
  });
});

describe('a record with fields and headers that this version does not know', () => {
  it.each(DECODERS)('is read all the same: a %s', (_what, kept, decode) => {
    for (const record of kept) expect(decode(bytes(later(record)))).toMatchObject(JSON.parse(record.value) as object);
  });

  it('is written again whole, when it is a job: nothing that the next version wants to find is lost', () => {
    for (const record of JOBS.map(later)) expect(encodeJob(decodeJob(bytes(record)))).toBe(record.value);
  });

  it('is routed as without them, when it is an event', () => {
    const route = (kept: readonly KeptRecord[]) =>
      routeBatch(
        { topic: 'calls.events', partition: 0, epoch: 'e', records: kept.map(incoming) },
        settingsOfRelease(),
        () => 'trace',
      ).records;
    expect(route(EVENTS.map(later))).toEqual(route(EVENTS));
    expect(route(EVENTS).length).toBe(EVENTS.length);
  });

  it('is history for the recorder, when it is an attempt', () => {
    expect(readRecords([{ partition: 0, records: ATTEMPTS.map(later).map(incoming) }]).unreadable).toEqual([]);
  });
});

/** Every project's one endpoint gets every event. */
function settingsOfRelease(): Parameters<typeof routeBatch>[1] {
  const endpoints = (release.rows['endpoints'] as Record<string, string>[]).map((row) => ({
    projectId: row['project_id']!,
    authType: 'NONE' as const,
    ordinal: Number(row['ordinal']),
    enabled: true,
    snapshot: {
      id: row['id']!,
      name: row['name']!,
      endpointType: row['endpoint_type'] as 'CUSTOM',
      target: row['target']!,
      contentKey: row['content_key'] ?? null,
    },
  }));
  const of = (projectId: string) => endpoints.filter((one) => one.projectId === projectId);
  return {
    version: () => 1,
    project: (projectId) => of(projectId).length > 0,
    endpointsFor: (projectId) => of(projectId),
    routedEndpoint: () => undefined,
  };
}
