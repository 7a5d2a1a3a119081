import { Gauge, type Registry } from 'prom-client';
import type { ChangeStreams } from './change-streams.js';

export function measureStreams(registry: Registry, streams: Pick<ChangeStreams, 'count'>): void {
  new Gauge({
    name: 'recho_change_streams',
    help: 'Streams of changes that this process has open: pages that somebody looks at',
    registers: [registry],
    collect() {
      this.set(streams.count());
    },
  });
}
