import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import {
  Database,
  findAttempts,
  findCallEvents,
  findDelivery,
  searchDeliveries,
  type DeliveryFilter,
  type FoundDelivery,
} from '#libs/storage';
import { AgePlace, decodeCursor, pageFrom, type Page, type PageQuery } from '../http/paging.js';
import { notFound } from '../http/problem.js';
import { LaneService } from '../lanes/lane-service.js';
import { ProjectStore } from '../projects/project-store.js';
import {
  MAX_ATTEMPTS_SHOWN,
  type CallHistory,
  type Delivery,
  type DeliveryQuery,
  type DeliveryWithAttempts,
} from './delivery.schemas.js';
import { contentOf, requestOf } from './sent.js';

const EventPlace = z.tuple([z.iso.datetime({ precision: 6 }), z.number().int(), z.string()]);

/** What became of events, as the recorder wrote it down: a moment behind what happens. */
@Injectable()
export class DeliveryHistory {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(LaneService) private readonly lanes: LaneService,
  ) {}

  /** Newest first. */
  async search(
    projectId: string,
    { cursor, limit, ...filter }: DeliveryQuery & Pick<DeliveryFilter, 'code'>,
  ): Promise<Page<Delivery>> {
    const place = decodeCursor(AgePlace, cursor);
    const after = place === null ? null : { place: place[0], deliveryId: place[1] };
    await this.projects.get(projectId);
    const rows = await searchDeliveries(this.database, projectId, filter, after, limit + 1);
    return pageFrom(rows, limit, toDelivery, (row) => [row.place, row.deliveryId]);
  }

  async get(projectId: string, deliveryId: string): Promise<DeliveryWithAttempts> {
    const found = await findDelivery(this.database, projectId, deliveryId);
    if (found === null) {
      throw notFound('delivery', deliveryId, ` in project ${projectId}; a new one is shown after its first attempt`);
    }
    const attempts = await findAttempts(this.database, found, MAX_ATTEMPTS_SHOWN);
    return {
      ...toDelivery(found),
      event: found.event,
      content: contentOf(found, attempts),
      attempts: attempts.map((attempt) => ({
        ...attempt,
        startedAt: attempt.startedAt.toISOString(),
        request: requestOf(found, attempt),
      })),
    } as DeliveryWithAttempts;
  }

  /** A call's events in the order they were received, each with its deliveries; and what of it waits now. */
  async call(projectId: string, callId: string, { cursor, limit }: PageQuery): Promise<CallHistory> {
    const place = decodeCursor(EventPlace, cursor);
    const after = place === null ? null : { place: place[0], offset: place[1], eventId: place[2] };
    const noCall = notFound(
      'call',
      callId,
      ` in the history of project ${projectId}; a call is shown after the first attempt`,
    );
    // No call has such an id, and Postgres could not even be asked.
    if (callId.includes('\0') || !callId.isWellFormed()) throw noCall;
    const rows = await findCallEvents(this.database, projectId, callId, after, limit + 1);
    if (rows.length === 0) throw noCall;
    const lanes = await this.lanes.ofCall(projectId, callId);
    const page = pageFrom(
      rows,
      limit,
      ({ eventId, eventType, receivedAt, event, deliveries }) => ({
        ...{ eventId, eventType, receivedAt: receivedAt.toISOString(), event },
        deliveries: deliveries.map(toDelivery),
      }),
      (row) => [row.place, row.offset, row.eventId],
    );
    return { callId, lanes, ...page } as CallHistory;
  }
}

function toDelivery(found: FoundDelivery): Delivery {
  const { deliveryId: id, projectId, endpointId, endpointName, endpointType, callId, eventId, eventType } = found;
  const { status, attempts: attemptCount, redrives: redriveCount, reason, responseStatus } = found;
  const { statusAt, receivedAt, firstAttemptAt, lastAttemptAt } = found;
  return {
    ...{ id, projectId, endpointId, endpointName, endpointType, callId, eventId, eventType },
    ...{ status, statusAt: statusAt.toISOString(), attemptCount, redriveCount, reason, responseStatus },
    receivedAt: receivedAt.toISOString(),
    firstAttemptAt: firstAttemptAt?.toISOString() ?? null,
    lastAttemptAt: lastAttemptAt?.toISOString() ?? null,
  };
}
