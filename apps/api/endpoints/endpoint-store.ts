import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { EndpointType, TargetRules } from '#libs/contracts';
import { SecretBox } from '#libs/runtime';
import { Database, EndpointEntity, impairedEndpoints, latestBreaker, ProjectEntity } from '#libs/storage';
import { ensureKey, insertKey, newKeyPair, type SealedKeyPair } from '../credentials/key-pair.js';
import { differences, recordChange, recordedTarget } from '../access/record-change.js';
import { AgePlace, decodeCursor, pageFrom, placeSql, type Page, type PageQuery } from '../http/paging.js';
import { invalid, notFound, type Problem } from '../http/problem.js';
import { noProject, ProjectStore } from '../projects/project-store.js';
import { endpointFaults } from './endpoint-rules.js';
import {
  MAX_IMPAIRED_SHOWN,
  type Endpoint,
  type EndpointChange,
  type ImpairedEndpoints,
  type NewEndpoint,
  type ShownEndpoint,
} from './endpoint.schemas.js';

export const TARGET_RULES = Symbol('TARGET_RULES');

type EndpointRow = Omit<Endpoint, 'createdAt' | 'updatedAt'> & { readonly createdAt: Date; readonly updatedAt: Date };

const COLUMNS = `id, project_id AS "projectId", name, endpoint_type AS "endpointType", target, auth_type AS "authType",
  content_key AS "contentKey", enabled, created_at AS "createdAt", updated_at AS "updatedAt"`;

@Injectable()
export class EndpointStore {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(TARGET_RULES) private readonly rules: TargetRules,
    @Inject(SecretBox) private readonly box: SecretBox,
  ) {}

  async create(projectId: string, settings: NewEndpoint): Promise<Endpoint> {
    this.check(settings, settings.endpointType);
    const now = new Date();
    const endpoint = { ...settings, id: randomUUID(), projectId, createdAt: now, updatedAt: now };
    const pair = await this.pairFor(settings);
    await this.database.change(async (manager) => {
      if (!(await manager.existsBy(ProjectEntity, { id: projectId }))) throw noProject(projectId);
      await manager.insert(EndpointEntity, endpoint);
      if (pair !== null) await insertKey(manager, endpoint.id, pair);
      const details = { ...settings, target: recordedTarget(settings.endpointType, settings.target) };
      await recordChange(manager, { action: 'endpoint.created', projectId, subjectId: endpoint.id, details });
    });
    return toEndpoint(endpoint);
  }

  /** Oldest first. */
  async list(projectId: string, { cursor, limit }: PageQuery): Promise<Page<Endpoint>> {
    const after = decodeCursor(AgePlace, cursor);
    await this.projects.get(projectId);
    const rows = await this.database.query<EndpointRow & { place: string }>(
      `SELECT ${COLUMNS}, ${placeSql('created_at')} AS place FROM endpoints
       WHERE project_id = $2 ${after === null ? '' : 'AND (created_at, id) > ($3::timestamptz, $4::uuid)'}
       ORDER BY created_at, id LIMIT $1`,
      [limit + 1, projectId, ...(after ?? [])],
    );
    return pageFrom(rows, limit, toEndpoint, ({ place, id }) => [place, id]);
  }

  /** @throws Problem when the project has no such endpoint. */
  async get(projectId: string, id: string): Promise<Endpoint> {
    const [row] = await this.database.query<EndpointRow>(
      `SELECT ${COLUMNS} FROM endpoints WHERE id = $1 AND project_id = $2`,
      [id, projectId],
    );
    if (row === undefined) throw noEndpoint(id, projectId);
    return toEndpoint(row);
  }

  /** With how it does. @throws Problem when the project has no such endpoint. */
  async show(projectId: string, id: string): Promise<ShownEndpoint> {
    const endpoint = await this.get(projectId, id);
    const { since, nextProbeAt, ...told } = await latestBreaker(this.query, projectId, id, Date.now());
    return { ...endpoint, health: { ...told, since: timeOf(since), nextProbeAt: timeOf(nextProbeAt) } };
  }

  /** Those that are left alone, or sent less at a time. */
  async impaired(projectId: string): Promise<ImpairedEndpoints> {
    await this.projects.get(projectId);
    const found = await impairedEndpoints(this.query, projectId, Date.now(), MAX_IMPAIRED_SHOWN);
    return {
      items: found.map(({ since, nextProbeAt, ...told }) => ({
        ...told,
        since: since.toISOString(),
        nextProbeAt: timeOf(nextProbeAt),
      })),
    };
  }

  private readonly query = <Row>(sql: string, values: readonly unknown[]): Promise<Row[]> =>
    this.database.query<Row>(sql, [...values]);

  async change(projectId: string, id: string, change: EndpointChange): Promise<Endpoint> {
    let pair: SealedKeyPair | null = null;
    if (change.target !== undefined || change.authType !== undefined) {
      const { endpointType, authType } = await this.get(projectId, id);
      // The type never changes, so that what is read here holds in the transaction below.
      this.check(change, endpointType);
      // One that signs already has an active key, which is never deleted.
      if (authType !== 'SIGNATURE_RSA_SHA256') pair = await this.pairFor(change);
    }
    const changed = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    if (Object.keys(changed).length > 0) {
      await this.database.change(async (manager) => {
        const before = await manager.findOneBy(EndpointEntity, { id, projectId });
        if (before === null) throw noEndpoint(id, projectId);
        await manager.update(EndpointEntity, { id, projectId }, { ...changed, updatedAt: new Date() });
        const details = recordedDifferences(before, changed);
        await recordChange(manager, { action: 'endpoint.updated', projectId, subjectId: id, details });
        if (pair !== null) await ensureKey(manager, id, pair);
      });
    }
    return this.get(projectId, id);
  }

  /** With its triggers and credentials. Its history stays until its time is over. */
  async delete(projectId: string, id: string): Promise<void> {
    await this.database.change(async (manager) => {
      const { affected } = await manager.delete(EndpointEntity, { id, projectId });
      if (affected === 0) throw noEndpoint(id, projectId);
      await recordChange(manager, { action: 'endpoint.deleted', projectId, subjectId: id });
    });
  }

  /** What an endpoint that is to sign would begin with. */
  private async pairFor({ authType }: EndpointChange): Promise<SealedKeyPair | null> {
    return authType === 'SIGNATURE_RSA_SHA256' ? newKeyPair(this.box) : null;
  }

  private check(settings: NewEndpoint | EndpointChange, endpointType: EndpointType): void {
    const faults = endpointFaults(settings, endpointType, this.rules);
    if (faults.length > 0) throw invalid(faults);
  }
}

/** In a transaction that goes on to change something of it. @throws Problem when the project has no such endpoint. */
export async function endpointMustExist(manager: EntityManager, projectId: string, id: string): Promise<void> {
  if (!(await manager.existsBy(EndpointEntity, { id, projectId }))) throw noEndpoint(id, projectId);
}

function noEndpoint(id: string, projectId: string): Problem {
  return notFound('endpoint', id, ` in project ${projectId}`);
}

function recordedDifferences(before: EndpointEntity, changed: EndpointChange): Record<string, unknown> {
  const found = differences(before, changed);
  if (found['target'] === undefined || changed.target === undefined) return found;
  const shown = (target: string) => recordedTarget(before.endpointType, target);
  return { ...found, target: { from: shown(before.target), to: shown(changed.target) } };
}

function timeOf(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}

function toEndpoint(row: EndpointRow): Endpoint {
  const { id, projectId, name, endpointType, target, authType, contentKey, enabled, createdAt, updatedAt } = row;
  const times = { createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
  return { id, projectId, name, endpointType, target, authType, contentKey, enabled, ...times };
}
