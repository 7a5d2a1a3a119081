import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import {
  addRedrive,
  countDeadLetters,
  Database,
  findRedrive,
  groupDeadLetters,
  listRedrives,
  type DeadLetterFilter,
  type FoundRedrive,
  type RedriveCounts,
} from '#libs/storage';
import { recordChange } from '../access/record-change.js';
import { DeliveryHistory } from '../deliveries/delivery-history.js';
import type { Delivery } from '../deliveries/delivery.schemas.js';
import { AgePlace, decodeCursor, pageFrom, type Page, type PageQuery } from '../http/paging.js';
import { notFound } from '../http/problem.js';
import { ProjectStore } from '../projects/project-store.js';
import type {
  DeadLetterGroupQuery,
  DeadLetterGroups,
  DeadLetterQuery,
  NewRedrive,
  Redrive,
  RedriveAnswer,
} from './dead-letter.schemas.js';
import { RedriveRunner } from './redrive-runner.js';

export const REDRIVE_RATE = Symbol('REDRIVE_RATE');

const ORDER =
  'Each call keeps the order of its events. They go to the end of their lanes, behind whatever waits there now: a ' +
  'receiver may have had later events of the call already. The delivery ids are those of then; X-Recho-Redrive counts.';

@Injectable()
export class DeadLetterService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(DeliveryHistory) private readonly history: DeliveryHistory,
    @Inject(RedriveRunner) private readonly runner: RedriveRunner,
    @Inject(REDRIVE_RATE) private readonly ratePerSecond: number,
  ) {}

  /** Newest first. */
  list(projectId: string, query: DeadLetterQuery): Promise<Page<Delivery>> {
    return this.history.search(projectId, { ...query, status: 'dead_lettered' });
  }

  async groups(projectId: string, filter: DeadLetterGroupQuery): Promise<DeadLetterGroups> {
    await this.projects.get(projectId);
    const groups = await groupDeadLetters(this.database, projectId, filter);
    return {
      deliveries: groups.reduce((sum, { deliveries }) => sum + deliveries, 0),
      groups: groups.map((group) => ({
        ...group,
        oldestAt: group.oldestAt.toISOString(),
        newestAt: group.newestAt.toISOString(),
      })),
    };
  }

  /** Counts, and unless it is a dry run, has them sent in the background. */
  async redrive(projectId: string, { ids, filter, dryRun }: NewRedrive): Promise<RedriveAnswer> {
    await this.projects.get(projectId);
    const wanted: DeadLetterFilter = { ...filter, ...(ids === undefined ? {} : { ids: [...new Set(ids)] }) };
    const counts = await countDeadLetters(this.database, projectId, wanted);
    const redriveId = dryRun ? null : randomUUID();
    if (redriveId !== null) {
      await this.database.queriesTogether(async (transaction) => {
        await addRedrive(transaction, { id: redriveId, projectId, filter: wanted, counts });
        const details = { filter: wanted, deliveries: counts.deliveries };
        await recordChange(transaction, { action: 'redrive.started', projectId, subjectId: redriveId, details });
      });
      this.runner.wake();
    }
    return { dryRun, redriveId, ...shown(counts, wanted), ratePerSecond: this.ratePerSecond, order: ORDER };
  }

  async get(projectId: string, redriveId: string): Promise<Redrive> {
    const found = await findRedrive(this.database, projectId, redriveId);
    if (found === null) throw notFound('redrive', redriveId, ` in project ${projectId}`);
    return toRedrive(found);
  }

  /** Newest first. */
  async redrives(projectId: string, { cursor, limit }: PageQuery): Promise<Page<Redrive>> {
    const after = decodeCursor(AgePlace, cursor);
    await this.projects.get(projectId);
    const rows = await listRedrives(this.database, projectId, after, limit + 1);
    return pageFrom(rows, limit, toRedrive, ({ place, id }) => [place, id]);
  }
}

function toRedrive({ id, projectId, filter, counts, createdAt, sent, problem, finishedAt }: FoundRedrive): Redrive {
  const { ids, ...rest } = filter;
  return {
    ...{ id, projectId, ...(ids === undefined ? {} : { ids: [...ids] }), filter: rest as Redrive['filter'] },
    ...{ createdAt: createdAt.toISOString(), state: finishedAt === null ? 'running' : 'finished' },
    ...shown(counts, filter),
    ...{ sent, problem, finishedAt: finishedAt?.toISOString() ?? null },
  };
}

type Shown = Pick<RedriveAnswer, 'deliveries' | 'events' | 'calls' | 'endpoints' | 'notRedrivable'>;

/** With the ids that no dead letter was found for. */
function shown(
  { deliveries, events, calls, endpoints, notRedrivable }: RedriveCounts,
  { ids }: DeadLetterFilter,
): Shown {
  const found = notRedrivable.reduce((sum, one) => sum + one.deliveries, deliveries);
  const missing = ids === undefined ? 0 : ids.length - found;
  const none = missing > 0 ? [{ reason: 'no_dead_letter' as const, deliveries: missing }] : [];
  return { deliveries, events, calls, endpoints, notRedrivable: [...notRedrivable, ...none] };
}
