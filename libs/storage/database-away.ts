import { QueryFailedError } from 'typeorm';

/** The database cannot be used now, though nothing is wrong with what was asked of it. */
export class DatabaseAwayError extends Error {
  override readonly name = 'DatabaseAwayError';
}

/** SQLSTATE classes and codes that mean "not now": connections, shutdown, no room, given up because it took too long. */
const AWAY_STATE = /^(08...|57P0.|53...|57014)$/;
const AWAY_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);
/** pg has no codes for these: a connection that ended under a query, or that was not to be had in time. */
const AWAY_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout|Cannot use a pool after calling end)/;

/** True when an error says that Postgres is away, or too busy to answer: the same request may succeed later. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof DatabaseAwayError) return true;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway);
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (!(cause instanceof Error)) return false;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  return AWAY_STATE.test(code) || AWAY_CODES.has(code) || AWAY_WORDS.test(cause.message);
}
