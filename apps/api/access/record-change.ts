import type { EndpointType } from '#libs/contracts';
import { currentCaller } from './caller.js';

/** A transaction or a pool. */
interface Statements {
  query(sql: string, values: unknown[]): Promise<unknown>;
}

export interface Change {
  /** What and what was done to it, as in `endpoint.updated`. */
  readonly action: string;
  readonly projectId: string | null;
  readonly subjectId: string;
  /** Never a token or a key. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Who did what, for the audit log: in the transaction of the change where there is one, otherwise before it is done. */
export async function recordChange(
  database: Statements,
  { action, projectId, subjectId, details = {} }: Change,
): Promise<void> {
  const caller = currentCaller();
  const [actorId, actor] = caller.kind === 'key' ? [caller.id, caller.name] : [null, caller.kind];
  await database.query(
    `INSERT INTO audit_log (project_id, actor_id, actor, action, subject_id, details) VALUES ($1, $2, $3, $4, $5, $6)`,
    [projectId, actorId, actor, action, subjectId, JSON.stringify(details)],
  );
}

/** The fields that differ, with their old and new values. @param changed the fields that were asked for. */
export function differences(before: object, changed: object): Record<string, unknown> {
  const old = new Map<string, unknown>(Object.entries(before));
  return Object.fromEntries(
    Object.entries(changed)
      .filter(([field, value]) => old.get(field) !== value)
      .map(([field, value]) => [field, { from: old.get(field), to: value }]),
  );
}

/**
 * A target as the log may keep it: whoever knows the URL of a Slack or Teams webhook can post to it, and a query may
 * hold a token.
 */
export function recordedTarget(endpointType: EndpointType, target: string): string {
  if (endpointType === 'EMAIL' || !URL.canParse(target)) return target;
  const { origin, pathname, search } = new URL(target);
  if (endpointType !== 'CUSTOM') return `${origin}/…`;
  return origin + pathname + (search === '' ? '' : '?…');
}
