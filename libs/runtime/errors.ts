import { types } from 'node:util';

/** Who has to act: `ours` (an operator or a programmer), `theirs` (who called us), `config` (who set this process up). */
export type Blame = 'ours' | 'theirs' | 'config';

/** An error that a person or a program can act on: a stable code to switch on, a sentence to read, and who is to act. */
export class ServiceError extends Error {
  override readonly name: string = 'ServiceError';

  /**
   * @param code stable, in snake_case.
   * @param message what happened, where, and what to do.
   */
  constructor(
    readonly code: string,
    readonly blame: Blame,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const MOST_CAUSES = 5;

/** One line in words for any thrown value, with its causes: `no projects were loaded: connect ECONNREFUSED 127.0.0.1:5432`. */
export function describeError(error: unknown): string {
  const parts: string[] = [];
  let current = error;
  for (let depth = 0; depth < MOST_CAUSES && current !== undefined && current !== null; depth += 1) {
    const part = describeOne(current);
    if (!parts.some((earlier) => earlier.includes(part))) parts.push(part);
    current = isError(current) ? current.cause : undefined;
  }
  return parts.length === 0 ? `nothing was thrown with it (${String(error)})` : parts.join(': ');
}

function describeOne(error: unknown): string {
  if (!isError(error)) return typeof error === 'string' ? error : `a thrown ${safeJson(error)}`;
  if (error.message !== '') return oneLine(error.message);
  // Node reports a host with several addresses that all refuse as an AggregateError without a message.
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0)
    return describeError(error.errors[0]);
  return codeOf(error) ?? error.name;
}

/** Also for an error of another realm, as Node's own are under jest, to which `instanceof` says no. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

/** The `code` that Node, Postgres and kafkajs put on their errors. */
export function codeOf(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}

function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
