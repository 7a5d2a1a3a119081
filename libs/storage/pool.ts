import pg, { type ClientBase } from 'pg';

export interface PoolOptions {
  /** Connections at the same time, at most. */
  readonly size: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
}

/**
 * Connections in plain pg, for batches of statements over arrays and no entities. Nothing is connected before it is
 * needed, so a process starts while Postgres is away.
 * @param statementMs a statement that takes longer is given up by Postgres.
 * @param more settings of the connections.
 */
export function createPool(
  url: string,
  { size, applicationName }: PoolOptions,
  statementMs: number,
  more: pg.PoolConfig = {},
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: applicationName,
    max: size,
    connectionTimeoutMillis: 3000,
    keepAlive: true,
    // What is asked without waiting for the answer before travels with it; Postgres answers in order.
    pipeline: true,
    statement_timeout: statementMs,
    // When not even Postgres' own time-out is heard of, the connection is dead.
    query_timeout: statementMs + 1000,
    ...more,
  });
  // An idle connection broke: whoever needs one next gets a new one, or the error.
  pool.on('error', () => undefined);
  return pool;
}

/** Commits when `work` resolves. @throws what `work` threw, rolled back. */
export async function inTransaction<T>(pool: pg.Pool, work: (client: ClientBase) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // Also told to the statement under way; unheard, it would end the process.
  const onError = (): void => undefined;
  client.on('error', onError);
  let broken = true;
  try {
    // Travels with the first statement. Where it fails, so does all that was sent behind it: the connection is lost.
    const begun = client.query('BEGIN');
    begun.catch(() => undefined);
    const result = await work(client);
    await begun;
    await client.query('COMMIT');
    broken = false;
    return result;
  } catch (error) {
    if (error instanceof pg.DatabaseError) {
      broken = await client.query('ROLLBACK').then(
        () => false,
        () => true,
      );
    }
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
