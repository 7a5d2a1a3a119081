import { Inject, Injectable } from '@nestjs/common';
import type { LaneCommand } from '#libs/contracts';
import {
  Database,
  findCallLanes,
  findLane,
  findLaneJobs,
  searchLanes,
  summarizeLanes,
  type FoundLane,
} from '#libs/storage';
import { recordChange } from '../access/record-change.js';
import { AgePlace, decodeCursor, pageFrom, type Page } from '../http/paging.js';
import { notFound, Problem } from '../http/problem.js';
import { ProjectStore } from '../projects/project-store.js';
import {
  MAX_JOBS_SHOWN,
  type Lane,
  type LaneCommandAnswer,
  type LaneQuery,
  type LaneSummary,
  type LaneWithJobs,
  type NewLaneCommand,
} from './lane.schemas.js';
import { LaneCommands } from './lane-commands.js';

/** Parked lanes: read here, changed by their owners alone. */
@Injectable()
export class LaneService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(LaneCommands) private readonly commands: LaneCommands,
  ) {}

  /** Those that wait longest first. */
  async list(projectId: string, { endpointId, cursor, limit }: LaneQuery): Promise<Page<Lane>> {
    const place = decodeCursor(AgePlace, cursor);
    const after = place === null ? null : { place: place[0], laneId: place[1] };
    await this.projects.get(projectId);
    const rows = await searchLanes(this.database, projectId, { endpointId }, after, limit + 1);
    return pageFrom(rows, limit, toLane, (row) => [row.place, row.laneId]);
  }

  async get(projectId: string, laneId: string): Promise<LaneWithJobs> {
    return this.withJobs(await this.find(projectId, laneId));
  }

  /** Of a call, oldest first. */
  async ofCall(projectId: string, callId: string): Promise<LaneWithJobs[]> {
    const lanes = await findCallLanes(this.database, projectId, callId);
    return Promise.all(lanes.map((lane) => this.withJobs(lane)));
  }

  async summary(projectId: string): Promise<LaneSummary> {
    await this.projects.get(projectId);
    const groups = await summarizeLanes(this.database, projectId);
    return {
      lanes: groups.reduce((sum, { lanes }) => sum + lanes, 0),
      groups: groups.map(({ oldestSince, nextTryAt, ...group }) => ({
        ...group,
        oldestSince: oldestSince.toISOString(),
        nextAttemptAt: nextTryAt?.toISOString() ?? null,
      })),
    };
  }

  /** Asks the lane's owner. @throws Problem 404 when it is not parked (any more), 409 when it would make no sense. */
  async command(
    projectId: string,
    laneId: string,
    type: LaneCommand['type'],
    { deliveryId: meant }: NewLaneCommand,
  ): Promise<LaneCommandAnswer> {
    const lane = await this.find(projectId, laneId);
    const { headDeliveryId: deliveryId, endpointId, callId, attempts } = lane;
    if (meant !== undefined && meant !== deliveryId) {
      throw new Problem(
        409,
        'head_moved_on',
        `lane ${laneId} has moved on: its head is delivery ${deliveryId} now, not ${meant}; look at it again`,
      );
    }
    if (type === 'retry') await this.refuseEndpointThatIsOff(lane);
    const details = { endpointId, callId, deliveryId, attempts };
    await recordChange(this.database, { action: `lane.${type}`, projectId, subjectId: laneId, details });
    const at = Date.now();
    await this.commands.send(lane, { v: 1, type, endpointId, callId, deliveryId, attempts, at });
    return {
      ...{ command: type, laneId, endpointId, callId, deliveryId, attempts, askedAt: new Date(at).toISOString() },
      ...{ asked: ASKED[type], see: `/v1/projects/${projectId}/deliveries/${deliveryId}` },
    };
  }

  private async withJobs(lane: FoundLane): Promise<LaneWithJobs> {
    const jobs = await findLaneJobs(this.database, lane.projectId, lane.laneId, MAX_JOBS_SHOWN);
    return {
      ...toLane(lane),
      waiting: jobs.map((job) => ({ ...job, parkedAt: job.parkedAt.toISOString() })),
    } as LaneWithJobs;
  }

  private async find(projectId: string, laneId: string): Promise<FoundLane> {
    const found = await findLane(this.database, projectId, laneId);
    if (found !== null) return found;
    throw notFound('lane', laneId, ` that waits in project ${projectId}; a lane is gone when nothing of it waits`);
  }

  /** Its owner would not attempt the head, but end it as skipped: that is not what was asked for. */
  private async refuseEndpointThatIsOff({ endpointId }: FoundLane): Promise<void> {
    const [endpoint] = await this.database.query<{ enabled: boolean }>('SELECT enabled FROM endpoints WHERE id = $1', [
      endpointId,
    ]);
    if (endpoint?.enabled === true) return;
    throw endpoint === undefined
      ? new Problem(409, 'endpoint_deleted', `endpoint ${endpointId} is deleted: there is nothing to try`)
      : new Problem(409, 'endpoint_disabled', `endpoint ${endpointId} is disabled; enable it first`);
  }
}

const IGNORED = 'The owner of the lane ignores it if the lane has moved on, or an attempt is under way.';
const ASKED = {
  retry: `Try the head now, whenever it is due. If that fails, it waits as after any failure. ${IGNORED}`,
  skip: `Give the head up: it goes to the dead letters, and the call goes on with its next event. ${IGNORED}`,
} as const;

function toLane(found: FoundLane): Lane {
  const { laneId: id, projectId, endpointId, callId, headDeliveryId: deliveryId, eventId, eventType } = found;
  const { since, headSince, attempts, firstAttemptAt, reason, responseStatus, nextTryAt, followers } = found;
  const head = {
    ...{ deliveryId, eventId, eventType, since: headSince.toISOString(), attempts },
    ...{ firstAttemptAt: firstAttemptAt?.toISOString() ?? null, lastReason: reason, lastStatus: responseStatus },
    nextAttemptAt: nextTryAt?.toISOString() ?? null,
  };
  return { id, projectId, endpointId, callId, since: since.toISOString(), head: head as Lane['head'], followers };
}
