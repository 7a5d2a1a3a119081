import type { TriggerMap } from '../api/types.js';

/* Notification triggers while they are being changed: maps of event types to endpoint ids, and nothing else. */

export function isOn(triggers: TriggerMap, eventType: string, endpointId: string): boolean {
  return triggers[eventType]?.includes(endpointId) === true;
}

/** Those event types of those endpoints, switched on or off together: a cell, a row, a column, or a block. */
export function allTo(
  triggers: TriggerMap,
  eventTypes: readonly string[],
  endpointIds: readonly string[],
  on: boolean,
): TriggerMap {
  const changed = eventTypes.map((eventType): [string, readonly string[]] => {
    const kept = (triggers[eventType] ?? []).filter((id) => !endpointIds.includes(id));
    return [eventType, on ? [...kept, ...endpointIds] : kept];
  });
  return { ...triggers, ...Object.fromEntries(changed) };
}

/** all, none, or some of that block is on. */
export function shareOf(
  triggers: TriggerMap,
  eventTypes: readonly string[],
  endpointIds: readonly string[],
): 'all' | 'some' | 'none' {
  const cells = eventTypes.flatMap((eventType) => endpointIds.map((id) => isOn(triggers, eventType, id)));
  if (!cells.includes(true)) return 'none';
  return cells.includes(false) ? 'some' : 'all';
}

/** How many event types that endpoint gets. */
export function countOf(triggers: TriggerMap, endpointId: string): number {
  return Object.values(triggers).filter((ids) => ids.includes(endpointId)).length;
}

/** How many cells differ. */
export function changesBetween(before: TriggerMap, after: TriggerMap): number {
  const eventTypes = new Set([...Object.keys(before), ...Object.keys(after)]);
  let count = 0;
  for (const eventType of eventTypes) {
    const was = new Set(before[eventType]);
    const is = new Set(after[eventType]);
    count += was.symmetricDifference(is).size;
  }
  return count;
}
