import { Counter, Histogram, type Registry } from 'prom-client';

/** What the recorder counts. */
export interface RecorderMetrics {
  /** @param seconds for the batches that are written together, with their commit. */
  written(records: number, seconds: number): void;
  dropped(): void;
  orderViolated(): void;
  repeatDelivered(): void;
}

export function recorderMetrics(registry: Registry): RecorderMetrics {
  const registers = [registry];
  const written = new Counter({
    name: 'recho_records_written_total',
    help: 'Attempt records written to the history; those that came again are counted again',
    registers,
  });
  const duration = new Histogram({
    name: 'recho_record_batch_duration_seconds',
    help: 'How long batches that are written together take from being read to being committed',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const dropped = new Counter({
    name: 'recho_records_dropped_total',
    help: 'Attempt records that cannot be read or that Postgres refuses; the log has their positions',
    registers,
  });
  const violations = new Counter({
    name: 'recho_order_violations_total',
    help: 'Deliveries that went back in their call: must stay 0',
    registers,
  });
  const repeats = new Counter({
    name: 'recho_repeats_delivered_total',
    help: 'Deliveries of the same event once more, next to the first: allowed, after a crash',
    registers,
  });
  return {
    written: (records, seconds) => {
      written.inc(records);
      duration.observe(seconds);
    },
    dropped: () => dropped.inc(),
    orderViolated: () => violations.inc(),
    repeatDelivered: () => repeats.inc(),
  };
}
