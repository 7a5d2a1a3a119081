import type { RedriveCounts } from '../api/history-types.js';

/** `1 call`, `3 calls`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function countsText({ deliveries, calls, endpoints }: RedriveCounts): string {
  if (deliveries === 0) return 'Nothing can be sent again.';
  const what = counted(deliveries, 'delivery', 'deliveries');
  return `${what} of ${counted(calls, 'call', 'calls')}, to ${counted(endpoints, 'endpoint', 'endpoints')}.`;
}

const REASONS: Readonly<Record<string, string>> = {
  endpoint_deleted: 'their endpoint is deleted',
  endpoint_disabled: 'their endpoint is disabled: enable it first',
  event_not_kept: 'the history does not have their event',
  no_dead_letter: 'they are no dead letters any more',
};

export function notRedrivableText({ reason, deliveries }: RedriveCounts['notRedrivable'][number]): string {
  return `${counted(deliveries, 'delivery stays', 'deliveries stay')} where it is: ${REASONS[reason] ?? reason}`;
}
