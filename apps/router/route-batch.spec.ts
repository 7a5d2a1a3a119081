import { describe, expect, it } from '@jest/globals';
import { decodeJob, type EndpointType } from '#libs/contracts';
import { decodeMark, HEADERS, TOPICS, type IncomingRecord, type OutgoingRecord } from '#libs/kafka';
import { EndpointTable, type StoredEndpoint } from '#libs/storage';
import { routeBatch, type RoutingSettings } from './route-batch.js';

/** Oracles: the records that come out, and that a replay gives the same ones. */

const PROJECT = '3f0c7a52-9d1e-4c57-8a34-6b2f0d9e1c77';
const OTHER = '3f0c7a52-9d1e-4c57-8a34-6b2f0d9e1c78';
const EPOCH = '00000000-0000-4000-8000-00000000000e';

function endpoint(ordinal: number, fields: Partial<StoredEndpoint> = {}): StoredEndpoint {
  return {
    id: `00000000-0000-4000-8000-${String(ordinal).padStart(12, '0')}`,
    projectId: PROJECT,
    name: `E${ordinal}`,
    endpointType: 'CUSTOM' as EndpointType,
    target: 'https://example.com/hook',
    authType: 'NONE',
    contentKey: null,
    enabled: true,
    bearerToken: null,
    signingKey: null,
    ordinal,
    eventTypes: ['OUTBOUND_CALL_BUSY'],
    ...fields,
  };
}

function settingsOf(...endpoints: StoredEndpoint[]): RoutingSettings {
  const table = new EndpointTable({ version: 7, projects: [PROJECT, OTHER], endpoints });
  return {
    version: () => table.version,
    project: (id) => table.hasProject(id),
    endpointsFor: (project, type) => table.endpointsFor(project, type),
    routedEndpoint: (id) => table.routedEndpoint(id),
  };
}

function record(offset: number, fields: object = {}, headers: Record<string, string> = {}): IncomingRecord {
  const event = {
    projectId: PROJECT,
    eventType: 'OUTBOUND_CALL_BUSY',
    occurredAt: '2026-05-12T10:24:00.000Z',
    data: { callId: 'c', callStatus: 'BUSY' },
    ...fields,
  };
  return { offset, key: Buffer.from('c'), value: Buffer.from(JSON.stringify(event)), headers, timestamp: 1234 };
}

function route(settings: RoutingSettings, ...records: IncomingRecord[]) {
  const batch = { topic: TOPICS.events, partition: 3, epoch: EPOCH, records };
  return routeBatch(batch, settings, (parent) => `child of ${parent}`);
}

const marksOf = (records: readonly OutgoingRecord[]) =>
  records.map(({ headers }) => decodeMark(String(headers?.[HEADERS.mark])));

describe('routing a batch', () => {
  it('gives one job for each matching endpoint, on the partition number of the source, with all that is needed', () => {
    const { records, jobs, rejected } = route(settingsOf(endpoint(1)), record(10, {}, { traceparent: 'p' }));
    expect({ jobs, rejected }).toEqual({ jobs: 1, rejected: [] });
    const [{ value, ...rest }] = records as [OutgoingRecord];
    const job = decodeJob(Buffer.from(String(value)));
    expect(rest).toEqual({
      topic: 'deliveries.custom',
      partition: 3,
      key: 'c',
      headers: {
        [HEADERS.mark]: `${EPOCH}:10:1`,
        [HEADERS.deliveryId]: job.deliveryId,
        [HEADERS.traceparent]: 'child of p',
      },
    });
    expect(job).toMatchObject({ receivedAt: 1234, configVersion: 7, authType: 'NONE', endpoint: { name: 'E1' } });
  });

  it('sends each kind of endpoint to its own topic', () => {
    const { records } = route(settingsOf(endpoint(1), endpoint(2, { endpointType: 'SLACK' })), record(10));
    expect(records.map(({ topic }) => topic)).toEqual(['deliveries.custom', 'deliveries.slack']);
  });

  it('gives none to disabled endpoints, to other types and to other projects', () => {
    const settings = settingsOf(
      endpoint(1, { enabled: false }),
      endpoint(2, { eventTypes: ['OUTBOUND_CALL_ERROR'] }),
      endpoint(3, { projectId: OTHER }),
    );
    expect(route(settings, record(10))).toMatchObject({ records: [], jobs: 0, rejected: [] });
  });

  it('gives marks that only grow, over events and over the endpoints of one event', () => {
    const { records } = route(settingsOf(endpoint(1), endpoint(5)), record(10), record(11));
    expect(marksOf(records).map(({ offset, ordinal }) => [offset, ordinal])).toEqual([
      [10, 1],
      [10, 5],
      [11, 1],
      [11, 5],
    ]);
  });

  it('gives the same ids and marks again on a replay', () => {
    const settings = settingsOf(endpoint(1), endpoint(2));
    expect(route(settings, record(10), record(11)).records).toEqual(route(settings, record(10), record(11)).records);
  });

  it('on a replay leaves an endpoint its mark and its ids when another one is gone meanwhile', () => {
    const before = route(settingsOf(endpoint(1), endpoint(2)), record(10)).records[1]!;
    const after = route(settingsOf(endpoint(2)), record(10)).records[0]!;
    expect(after.headers).toEqual(before.headers);
  });

  it('sends a test event to the endpoint it names alone, whatever the triggers say and though it is disabled', () => {
    const settings = settingsOf(endpoint(1), endpoint(2, { enabled: false, eventTypes: [] }));
    const { records } = route(settings, record(10, {}, { [HEADERS.onlyEndpoint]: endpoint(2).id }));
    expect(records.map(({ value }) => decodeJob(Buffer.from(String(value))).endpoint.name)).toEqual(['E2']);
  });

  it.each([
    ['of another project', settingsOf(endpoint(2, { projectId: OTHER }))],
    ['that does not exist', settingsOf()],
  ])('rejects a test event for an endpoint %s', (_, settings) => {
    const { records, rejected } = route(settings, record(10, {}, { [HEADERS.onlyEndpoint]: endpoint(2).id }));
    expect(rejected).toMatchObject([{ code: 'unknown_endpoint' }]);
    expect(records).toMatchObject([{ topic: TOPICS.rejected, partition: 3 }]);
  });

  it('keeps a rejected event byte for byte, with the reason and its place, and goes on with the next', () => {
    const bad = { ...record(10), value: Buffer.from([1, 2, 255]) };
    const { records, rejected, jobs } = route(settingsOf(endpoint(1)), bad, record(11));
    expect(rejected).toMatchObject([{ code: 'not_utf8' }]);
    expect(jobs).toBe(1);
    expect(records[0]).toEqual({
      topic: 'calls.events.rejected',
      partition: 3,
      key: bad.key,
      value: bad.value,
      headers: {
        [HEADERS.reason]: expect.stringMatching(/^not_utf8: /),
        [HEADERS.sourceTopic]: 'calls.events',
        [HEADERS.sourcePartition]: '3',
        [HEADERS.sourceOffset]: '10',
      },
    });
  });

  it('rejects an event of a project that does not exist', () => {
    const { rejected } = route(settingsOf(), record(10, { projectId: '3f0c7a52-9d1e-4c57-8a34-6b2f0d9e1c79' }));
    expect(rejected).toMatchObject([{ code: 'unknown_project', message: expect.stringContaining('create it') }]);
  });
});
