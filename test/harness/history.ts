import { Client } from 'pg';

/** A delivery as the history has it. */
export interface RecordedDelivery {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly status: string;
  /** Made and counted. */
  readonly attempts: number;
}

/** An attempt that counted. */
export interface RecordedAttempt {
  readonly deliveryId: string;
  readonly attempt: number;
  readonly reason: string | null;
  readonly durationMs: number;
}

/** What Postgres says, for an oracle. One connection: it does not outlive the server's restart. */
export interface History {
  deliveries(): Promise<readonly RecordedDelivery[]>;
  attempts(): Promise<readonly RecordedAttempt[]>;
  /** How many deliveries nothing will follow. */
  ended(): Promise<number>;
  /** What waits behind a head, heads among it. */
  parked(): Promise<{ readonly lanes: number; readonly jobs: number }>;
  close(): Promise<void>;
}

export async function openHistory(databaseUrl: string): Promise<History> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  return {
    deliveries: async () => {
      const { rows } = await client.query<RecordedDelivery>(
        'SELECT delivery_id AS "deliveryId", event_id AS "eventId", status, attempts FROM deliveries',
      );
      return rows;
    },
    attempts: async () => {
      const { rows } = await client.query<RecordedAttempt>(
        `SELECT delivery_id AS "deliveryId", attempt, reason, duration_ms AS "durationMs" FROM attempts
          WHERE verdict <> 'abstained'`,
      );
      return rows;
    },
    ended: async () => {
      const { rows } = await client.query<{ n: number }>(
        "SELECT count(*)::integer AS n FROM deliveries WHERE status IN ('delivered', 'dead_lettered', 'skipped')",
      );
      return rows[0]!.n;
    },
    parked: async () => {
      const { rows } = await client.query<{ lanes: number; jobs: number }>(
        'SELECT (SELECT count(*) FROM lanes)::integer AS lanes, (SELECT count(*) FROM parked_jobs)::integer AS jobs',
      );
      return rows[0]!;
    },
    close: () => client.end(),
  };
}
