import type { Producer } from '#libs/kafka';
import type { Tracing } from '#libs/runtime';
import {
  claimRedrive,
  markRedriven,
  nextDeadLetters,
  noteProblem,
  noteProgress,
  type ClaimedRedrive,
  type Database,
} from '#libs/storage';
import { redrivenJob } from './redrive-job.js';
import { endRedriveSpan, startRedriveSpan } from './redrive-span.js';

export interface RedriveDeps {
  /** Of its own: a transaction waits for Kafka. */
  readonly database: Pick<Database, 'query' | 'queriesTogether'>;
  readonly producer: Pick<Producer, 'send'>;
  readonly tracing: Pick<Tracing, 'start'>;
  /** Deliveries a second and project, at most. */
  readonly ratePerSecond: number;
}

/** Batches a second, as far as the rate is that high: small ones, so that a crash repeats little. */
const BATCHES_A_SECOND = 4;
const LARGEST_BATCH = 200;
/** After a failure, in milliseconds. */
const PAUSE_MS = 2000;

/**
 * Sends the next few dead letters of one redrive. Kafka has them before the history says so: a crash in between leaves
 * them dead-lettered, and the next step sends them again; the other way round they would be lost.
 * @returns false when nothing is to be sent now.
 * @throws what went wrong, after it was noted where operators see it.
 */
export async function redriveStep({ database, producer, tracing, ratePerSecond }: RedriveDeps): Promise<boolean> {
  const limit = Math.min(LARGEST_BATCH, Math.ceil(ratePerSecond / BATCHES_A_SECOND));
  let claimed: ClaimedRedrive | null = null;
  try {
    return await database.queriesTogether(async (transaction) => {
      claimed = await claimRedrive(transaction);
      if (claimed === null) return false;
      const { id, projectId, filter, until, from } = claimed;
      // Before the endpoints are read: a delivery service that knows this version knows them as they are read here.
      const [settings] = await transaction.query<{ version: string }>('SELECT version FROM settings_version', []);
      const letters = await nextDeadLetters(transaction, projectId, filter, { until, from, limit });
      const version = Number(settings?.version ?? 0);
      const spans = letters.map((letter) => startRedriveSpan(tracing, letter));
      await producer.send(letters.map((letter, index) => redrivenJob(letter, version, spans[index]!.traceparent)));
      spans.forEach((span, index) => endRedriveSpan(span, letters[index]!));
      await markRedriven(transaction, letters);
      await noteProgress(transaction, id, {
        sent: letters.length,
        place: letters.at(-1)?.place ?? null,
        pauseMs: (letters.length / ratePerSecond) * 1000,
        finished: letters.length < limit,
      });
      return true;
    });
  } catch (error) {
    const failed = claimed as ClaimedRedrive | null;
    if (failed !== null) {
      const problem = error instanceof Error ? error.message : String(error);
      // What cannot be noted now (Postgres may be what is away) is not worth another error.
      await noteProblem(database, failed.id, problem, PAUSE_MS).catch(() => undefined);
    }
    throw error;
  }
}
