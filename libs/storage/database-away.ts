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

/**
 * True when an error says that Postgres is away, or too busy to answer: the same request may succeed later. Errors are
 * told by what they carry and not by their class: those of sockets may be of another realm.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if (error instanceof DatabaseAwayError) return true;
  if (error instanceof QueryFailedError) return isDatabaseAway(error.driverError);
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.some(isDatabaseAway);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const message = 'message' in error && typeof error.message === 'string' ? error.message : '';
  return AWAY_STATE.test(code) || AWAY_CODES.has(code) || AWAY_WORDS.test(message);
}
