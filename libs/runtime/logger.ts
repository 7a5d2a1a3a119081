import type { LoggerService } from '@nestjs/common';
import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

export interface LoggerOptions {
  /** Named in every line. */
  readonly service: string;
  readonly level: string;
  /** Default: standard output. */
  readonly destination?: DestinationStream;
}

/** Whatever an object logs under these names is a credential. */
const CREDENTIALS = ['authorization', 'Authorization', 'token', 'password'];

/** JSON lines with ISO time and the level in words. An error belongs in the field `err`. */
export function createLogger({ service, level, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: CREDENTIALS.flatMap((name) => [name, `*.${name}`, `headers.${name}`]), censor: '(not shown)' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/**
 * The same logger, for lines of which every field is named one by one and none is a credential: it does not look for any.
 * That search is three quarters of what a line costs.
 */
export function withNamedFields(logger: Logger): Logger {
  return logger.child({}, { redact: [] });
}

/** What Nest tells at every start, module by module and route by route: for debugging. */
const CHATTER = new Set(['InstanceLoader', 'NestFactory', 'RouterExplorer', 'RoutesResolver', 'NestApplication']);

/** Nest's own lines, through the service's logger. */
export class NestLoggerAdapter implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    const context = contextOf(rest);
    this.write(context !== undefined && CHATTER.has(context) ? 'debug' : 'info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    // A port that cannot be opened is told by the start itself, in words.
    const told = contextOf(rest) === 'NestApplication' && String(message).startsWith('Error: listen ');
    this.write(told ? 'debug' : 'error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  private write(
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    rest: unknown[],
  ): void {
    const context = contextOf(rest);
    // Of errors Nest hands the stack as a second text.
    const stack = rest.length > 1 && typeof rest[0] === 'string' ? rest[0] : undefined;
    const err = message instanceof Error ? message : undefined;
    const words = err?.message ?? (typeof message === 'string' ? message : JSON.stringify(message));
    this.logger[level]({ ...(context && { context }), ...(err && { err }), ...(stack && { stack }) }, words);
  }
}

/** Nest passes the class that logs as the last argument. */
function contextOf(rest: readonly unknown[]): string | undefined {
  const last = rest.at(-1);
  return typeof last === 'string' ? last : undefined;
}
