import { useQuery } from '@tanstack/react-query';
import { get } from './client.js';
import { keyOf } from './keys.js';
import type { EndpointType } from './types.js';

export const WINDOWS = ['1h', '24h', '7d'] as const;
export type Window = (typeof WINDOWS)[number];

/** Milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What was received in one stretch of time, by what became of it. */
export interface Stretch {
  /** Its begin, ISO 8601. */
  readonly at: string;
  readonly delivered: number;
  readonly deadLettered: number;
  readonly other: number;
}

export interface Figures {
  readonly deliveries: {
    readonly total: number;
    readonly delivered: number;
    readonly deadLettered: number;
    readonly skipped: number;
    readonly open: number;
  };
  /** 0 to 1; null: nothing has ended. */
  readonly successRate: number | null;
  readonly attempts: {
    readonly delivered: number;
    readonly retry: number;
    readonly refused: number;
    readonly abstained: number;
  };
  /** null: there was none. */
  readonly latencyMs: { readonly toDelivery: Percentiles | null; readonly destination: Percentiles | null };
  readonly violations: number;
  /** Stretches without deliveries are left out. */
  readonly series: readonly Stretch[];
}

export interface EndpointHealth extends Figures {
  readonly endpointId: string;
  readonly endpointName: string;
  readonly endpointType: EndpointType;
}

export interface Health {
  readonly window: Window;
  readonly from: string;
  readonly to: string;
  readonly bucketSeconds: number;
  readonly sampledDeliveries: number;
  readonly total: Figures;
  readonly endpoints: readonly EndpointHealth[];
}

const EVERY_MS: Readonly<Record<Window, number>> = { '1h': 5000, '24h': 15_000, '7d': 60_000 };

/** Asked for again by the clock: what happens every second changes little in an hour. */
export function useHealth(projectId: string, window: Window) {
  return useQuery({
    queryKey: keyOf(projectId, 'health', window),
    queryFn: ({ signal }) => get<Health>(`/projects/${projectId}/health`, { window }, signal),
    refetchInterval: EVERY_MS[window],
  });
}

interface State {
  readonly up: boolean;
  /** What is wrong; null: nothing. */
  readonly detail: string | null;
}

export interface Service {
  readonly name: string;
  readonly running: boolean;
  readonly groupState: string;
  /** Processes. */
  readonly members: number;
  readonly lagRecords: number;
  /** On the rungs of the ladder, due or not. */
  readonly retryRecords: number;
}

export interface Services {
  readonly postgres: State;
  readonly kafka: State;
  readonly services: readonly Service[];
}

const SERVICES_EVERY_MS = 5000;

/** For the operator alone. */
export function useServices() {
  return useQuery({
    queryKey: ['services'],
    queryFn: ({ signal }) => get<Services>('/services', {}, signal),
    refetchInterval: SERVICES_EVERY_MS,
  });
}
