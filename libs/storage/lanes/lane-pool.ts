import pg from 'pg';

export interface LanePoolOptions {
  /** Connections at the same time, at most. */
  readonly size: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** A statement that takes longer is given up by Postgres, in milliseconds; 10,000 when left out. */
  readonly statementMs?: number;
}

/**
 * A transaction whose owner says nothing for so long is ended by Postgres, in milliseconds: a process that is stopped, or
 * behind a cut network, must not keep its partition's next owner waiting.
 */
const IDLE_IN_TRANSACTION_MS = 4000;

/**
 * Every statement is a batch of look-ups by key, whatever the statistics say: those of a table that fills and empties
 * within seconds are always wrong, and a plan that reads all of `parked_jobs` for ten of its rows is a matter of luck.
 */
const BY_KEY = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'jit'].map((name) => `-c ${name}=off`);

/** Connections for parked lanes. Nothing is connected before it is needed, so a process starts while Postgres is away. */
export function createLanePool(url: string, options: LanePoolOptions): pg.Pool {
  const { size, applicationName, statementMs = 10_000 } = options;
  const pool = new pg.Pool({
    connectionString: url,
    application_name: applicationName,
    max: size,
    connectionTimeoutMillis: 3000,
    keepAlive: true,
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    // When not even Postgres' own time-out is heard of, the connection is dead.
    query_timeout: statementMs + 1000,
    options: BY_KEY.join(' '),
  });
  // An idle connection broke: whoever needs one next gets a new one, or the error.
  pool.on('error', () => undefined);
  return pool;
}
