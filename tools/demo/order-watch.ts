/** What an arrival means for the order of its call at its endpoint. */
export type Standing = 'in order' | 'repeat' | 'out of order' | 'unknown';

export interface OrderWatch {
  /** In the order the call went. */
  emitted(callId: string, eventId: string): void;
  arrived(endpoint: string, callId: string, eventId: string): Standing;
  /** The event's place in its call, 1 for the first; 0 for one that nobody emitted. */
  placeOf(callId: string, eventId: string): number;
}

/** Compares what arrives with what was emitted, per endpoint and call. A refused event is seen here too: it arrived. */
export function createOrderWatch(): OrderWatch {
  const places = new Map<string, Map<string, number>>();
  const latest = new Map<string, number>();
  const placeOf = (callId: string, eventId: string): number => places.get(callId)?.get(eventId) ?? 0;
  return {
    placeOf,
    emitted: (callId, eventId) => {
      const ofCall = places.get(callId) ?? new Map<string, number>();
      ofCall.set(eventId, ofCall.size + 1);
      places.set(callId, ofCall);
    },
    arrived: (endpoint, callId, eventId) => {
      const place = placeOf(callId, eventId);
      if (place === 0) return 'unknown';
      const lane = `${endpoint} ${callId}`;
      const before = latest.get(lane) ?? 0;
      if (place < before) return 'out of order';
      latest.set(lane, place);
      return place === before ? 'repeat' : 'in order';
    },
  };
}
