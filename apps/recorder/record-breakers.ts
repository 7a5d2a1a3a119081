import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { decodePlatformEvent, isUuid, PLATFORM_EVENT_TYPES, type PlatformEvent } from '#libs/contracts';
import type { Log, RecordBatch } from '#libs/kafka';
import { commitBatches } from './commit-batches.js';

export interface BreakerRecorderDeps {
  /** A member of a group of its own: in the recorder's, one of the release before would be given a topic it does not know. */
  readonly consumer: { start(): Promise<void>; stop(): Promise<void> };
}

/** Runs beside the recorder of attempts: nobody waits for it. */
export class BreakerRecorder implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(private readonly deps: BreakerRecorderDeps) {}

  onApplicationBootstrap(): void {
    void this.deps.consumer.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.deps.consumer.stop();
  }
}

/**
 * Openings and closings of breakers into the history: written in Postgres, then committed in Kafka.
 * @throws when Postgres does not take them now; the batch comes again.
 */
export async function recordBreakers(
  batch: RecordBatch,
  { insert, log }: { insert(event: PlatformEvent): Promise<void>; readonly log: Log },
): Promise<void> {
  const { records, topic, partition } = batch;
  for (const { offset, value } of records) {
    const event = read(value);
    if ('why' in event) log.error({ topic, partition, offset, reason: event.why }, 'a platform event cannot be kept');
    // Others may come with later versions.
    else if (PLATFORM_EVENT_TYPES.includes(event.type)) await insert(event);
  }
  if (records.length > 0) await commitBatches([batch]);
}

function read(value: Buffer | null): PlatformEvent | { readonly why: string } {
  if (value === null) return { why: 'it has no value' };
  try {
    const event = decodePlatformEvent(value);
    if (!isUuid(event.endpointId) || !isUuid(event.projectId)) return { why: 'endpointId and projectId must be UUIDs' };
    return event;
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}
