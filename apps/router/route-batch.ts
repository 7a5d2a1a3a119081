import { deliveryIdOf, jobEncoder, KIND_OF, parseCallEvent, type CallEvent, type Rejection } from '#libs/contracts';
import { encodeMark, HEADERS, headerText, TOPICS, type IncomingRecord, type OutgoingRecord } from '#libs/kafka';
import type { RoutedEndpoint } from '#libs/storage';

/** The settings a batch is matched with, as one snapshot. */
export interface RoutingSettings {
  version(): number;
  project(projectId: string): boolean;
  /** Enabled endpoints with a trigger for the type, by ordinal. */
  endpointsFor(projectId: string, eventType: string): readonly RoutedEndpoint[];
  routedEndpoint(endpointId: string): RoutedEndpoint | undefined;
}

export interface SourceBatch {
  readonly topic: string;
  readonly partition: number;
  /** Routing epoch of the partition: the same for every replay of these records. */
  readonly epoch: string;
  readonly records: readonly IncomingRecord[];
}

/** What became of one event. */
export interface RoutedEvent {
  readonly record: IncomingRecord;
  readonly outcome: { readonly event: CallEvent; readonly jobs: OutgoingRecord[] } | { readonly reason: Rejection };
}

export interface Routed {
  /** In the order of the events; every record on the source's partition number. */
  readonly records: OutgoingRecord[];
  readonly jobs: number;
  readonly rejected: readonly Rejection[];
  /** In the order of the events. */
  readonly events: readonly RoutedEvent[];
}

/**
 * Events to jobs. Pure but for `childTrace`: routing a batch again gives the same delivery ids and source marks, which is
 * what makes a replay after a crash recognisable. Also when endpoints came or went in between: a mark's ordinal is the
 * endpoint's own, so the job of one can never pass for another's.
 */
export function routeBatch(
  batch: SourceBatch,
  settings: RoutingSettings,
  childTrace: (parent: string | null) => string,
): Routed {
  const records: OutgoingRecord[] = [];
  const rejected: Rejection[] = [];
  const events: RoutedEvent[] = [];
  let jobs = 0;
  for (const record of batch.records) {
    const traceparent = childTrace(headerText(record.headers, HEADERS.traceparent) ?? null);
    const outcome = routeRecord(batch, record, settings, traceparent);
    events.push({ record, outcome });
    if ('reason' in outcome) {
      rejected.push(outcome.reason);
      records.push(rejectedRecord(batch, record, outcome.reason));
    } else {
      jobs += outcome.jobs.length;
      records.push(...outcome.jobs);
    }
  }
  return { records, jobs, rejected, events };
}

function routeRecord(
  batch: SourceBatch,
  record: IncomingRecord,
  settings: RoutingSettings,
  traceparent: string,
): RoutedEvent['outcome'] {
  const position = { epoch: batch.epoch, partition: batch.partition, offset: record.offset };
  const parsed = parseCallEvent(record.value, record.key, position);
  if (!parsed.ok) return { reason: parsed.reason };
  const { event } = parsed;
  if (!settings.project(event.projectId)) return { reason: unknownProject(event) };

  const only = headerText(record.headers, HEADERS.onlyEndpoint);
  const endpoint = only === undefined ? undefined : settings.routedEndpoint(only);
  if (only !== undefined && endpoint?.projectId !== event.projectId) return { reason: unknownEndpoint(only, event) };
  const endpoints = endpoint === undefined ? settings.endpointsFor(event.projectId, event.eventType) : [endpoint];
  if (endpoints.length === 0) return { event, jobs: [] };

  const encode = jobEncoder(event);
  return {
    event,
    jobs: endpoints.map((target) => {
      const kind = KIND_OF[target.snapshot.endpointType];
      const job = {
        deliveryId: deliveryIdOf(position, target.snapshot.id),
        endpoint: target.snapshot,
        authType: target.authType,
        receivedAt: record.timestamp,
        configVersion: settings.version(),
      };
      return {
        topic: TOPICS.jobs(kind),
        partition: batch.partition,
        key: event.data.callId,
        value: encode(job),
        headers: {
          [HEADERS.mark]: encodeMark({ epoch: batch.epoch, offset: record.offset, ordinal: target.ordinal }),
          [HEADERS.deliveryId]: job.deliveryId,
          [HEADERS.traceparent]: traceparent,
        },
      };
    }),
  };
}

/** The bytes as received, with the reason and the place they came from. */
function rejectedRecord(batch: SourceBatch, record: IncomingRecord, reason: Rejection): OutgoingRecord {
  return {
    topic: TOPICS.rejected,
    partition: batch.partition,
    key: record.key,
    value: record.value,
    headers: {
      [HEADERS.reason]: `${reason.code}: ${reason.message}`,
      [HEADERS.sourceTopic]: batch.topic,
      [HEADERS.sourcePartition]: String(batch.partition),
      [HEADERS.sourceOffset]: String(record.offset),
    },
  };
}

function unknownProject(event: CallEvent): Rejection {
  return {
    code: 'unknown_project',
    message: `projectId ${event.projectId} is not a project; create it (POST /v1/projects) or correct the id`,
  };
}

function unknownEndpoint(endpointId: string, event: CallEvent): Rejection {
  return {
    code: 'unknown_endpoint',
    message:
      `header ${HEADERS.onlyEndpoint} names ${endpointId.slice(0, 64)}, which is not an endpoint of project ` +
      `${event.projectId}; leave the header out to route by triggers`,
  };
}
