/**
 * Names of what is kept of answers: `[projectId, room, …]`. What stands in a live room is asked for again when the API
 * says that something happened.
 */
export const LIVE_ROOMS = ['deliveries', 'delivery', 'call', 'lanes', 'dead-letters', 'redrives'] as const;
export type Room =
  | (typeof LIVE_ROOMS)[number]
  | 'project'
  | 'endpoints'
  | 'triggers'
  | 'bearer'
  | 'signing-keys'
  | 'preview'
  | 'api-keys'
  | 'audit'
  | 'health';

export function keyOf(projectId: string, room: Room, ...rest: readonly unknown[]): readonly unknown[] {
  return [projectId, room, ...rest];
}

export function isLive(projectId: string, key: readonly unknown[]): boolean {
  return key[0] === projectId && (LIVE_ROOMS as readonly unknown[]).includes(key[1]);
}
