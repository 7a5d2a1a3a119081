import type { Pool } from 'pg';
import { createPool, type PoolOptions } from '../pool.js';

export interface LanePoolOptions extends PoolOptions {
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

/** Connections for parked lanes. */
export function createLanePool(url: string, { statementMs = 10_000, ...options }: LanePoolOptions): Pool {
  return createPool(url, options, statementMs, {
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    options: BY_KEY.join(' '),
  });
}
