import type { Pool } from 'pg';
import { createPool, type PoolOptions } from '../pool.js';

/** A statement that takes longer is given up by Postgres, in milliseconds; the batch comes again. */
const STATEMENT_MS = 20_000;

/** Connections for the history's write side. */
export function createHistoryPool(url: string, options: PoolOptions): Pool {
  return createPool(url, options, STATEMENT_MS);
}
