import { Counter, Gauge, type Registry } from 'prom-client';
import type { Kind } from '#libs/contracts';
import type { BreakerChange } from './endpoint-healths.js';

/**
 * How the endpoints of a process do, in Prometheus' form: counts, for their names know no bound.
 * @param counts of the endpoints that are not well, asked when the metrics are.
 * @returns to be told of every change of a breaker.
 */
export function endpointMetrics(
  registry: Registry,
  kind: Kind,
  counts: () => { readonly open: number; readonly limited: number },
): (change: BreakerChange) => void {
  const registers = [registry];
  new Gauge({
    name: 'recho_endpoints_impaired',
    help: 'Endpoints that this process leaves alone (open: its breaker is open) or sends less than a whole share (limited)',
    labelNames: ['kind', 'state'],
    registers,
    collect() {
      for (const [state, count] of Object.entries(counts())) this.set({ kind, state }, count);
    },
  });
  const openings = new Counter({
    name: 'recho_breaker_openings_total',
    help: 'Breakers of endpoints that opened',
    labelNames: ['kind'],
    registers,
  });
  openings.inc({ kind }, 0);
  return ({ breaker, since, at }) => {
    // A probe that failed is no opening: it is open since an earlier time.
    if (breaker === 'open' && since === at) openings.inc({ kind });
  };
}
