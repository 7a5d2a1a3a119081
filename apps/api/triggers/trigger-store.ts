import { Inject, Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { EventType } from '#libs/contracts';
import { Database, ProjectEntity } from '#libs/storage';
import { recordChange } from '../access/record-change.js';
import { invalid } from '../http/problem.js';
import { noProject, ProjectStore } from '../projects/project-store.js';
import { EVENT_TYPES, type NewTriggers, type Triggers } from './trigger.schemas.js';

interface TriggerRow {
  readonly eventType: EventType;
  readonly endpointId: string;
}

@Injectable()
export class TriggerStore {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectStore) private readonly projects: ProjectStore,
  ) {}

  async get(projectId: string): Promise<Triggers> {
    await this.projects.get(projectId);
    const rows = await this.database.query<TriggerRow>(
      `SELECT t.event_type AS "eventType", t.endpoint_id AS "endpointId"
       FROM triggers t JOIN endpoints e ON e.id = t.endpoint_id
       WHERE e.project_id = $1 ORDER BY e.created_at, e.id`,
      [projectId],
    );
    return toTriggers(rows);
  }

  /** The whole map at once. @throws Problem naming each endpoint that is not the project's. */
  async replace(projectId: string, { triggers }: NewTriggers): Promise<Triggers> {
    const wanted = EVENT_TYPES.flatMap((eventType) =>
      [...new Set(triggers[eventType] ?? [])].map((endpointId) => ({ eventType, endpointId })),
    );
    await this.database.change(async (manager) => {
      if (!(await manager.existsBy(ProjectEntity, { id: projectId }))) throw noProject(projectId);
      const endpoints = (await manager.query('SELECT id FROM endpoints WHERE project_id = $1', [projectId])) as {
        id: string;
      }[];
      const own = new Set(endpoints.map(({ id }) => id));
      const foreign = wanted.filter(({ endpointId }) => !own.has(endpointId));
      if (foreign.length > 0) {
        throw invalid(
          foreign.map(({ eventType, endpointId }) => ({
            field: `triggers.${eventType}`,
            message: `names ${endpointId}, which is not an endpoint of this project`,
          })),
        );
      }
      const before = (await manager.query(
        'SELECT event_type AS "eventType", endpoint_id AS "endpointId" FROM triggers WHERE endpoint_id = ANY($1::uuid[])',
        [[...own]],
      )) as TriggerRow[];
      await manager.query('DELETE FROM triggers WHERE endpoint_id = ANY($1::uuid[])', [[...own]]);
      await manager.query(
        'INSERT INTO triggers (endpoint_id, event_type) SELECT * FROM unnest($1::uuid[], $2::text[])',
        [wanted.map(({ endpointId }) => endpointId), wanted.map(({ eventType }) => eventType)],
      );
      const details = changedLists(before, wanted);
      await recordChange(manager, { action: 'triggers.updated', projectId, subjectId: projectId, details });
    });
    return this.get(projectId);
  }
}

/** The event types whose endpoints differ, with the old and the new ones. */
function changedLists(before: readonly TriggerRow[], after: readonly TriggerRow[]): Record<string, unknown> {
  const of = (rows: readonly TriggerRow[], type: EventType) =>
    rows.flatMap(({ eventType, endpointId }) => (eventType === type ? [endpointId] : [])).sort();
  return Object.fromEntries(
    EVENT_TYPES.map((type) => [type, { from: of(before, type), to: of(after, type) }] as const).filter(
      ([, { from, to }]) => !isDeepStrictEqual(from, to),
    ),
  );
}

function toTriggers(rows: readonly TriggerRow[]): Triggers {
  const triggers = Object.fromEntries(EVENT_TYPES.map((eventType) => [eventType, [] as string[]]));
  for (const { eventType, endpointId } of rows) triggers[eventType]?.push(endpointId);
  return { triggers: triggers as Triggers['triggers'] };
}
