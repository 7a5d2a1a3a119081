import type { LoggerService } from '@nestjs/common';
import { pino, symbols, type DestinationStream, type Logger } from 'pino';
import { isoTime } from './iso-time.js';
import { bufferedOutput } from './line-buffer.js';

export type { Logger } from 'pino';

export interface LoggerOptions {
  /** Named in every line. */
  readonly service: string;
  readonly level: string;
  /** Default: standard output, a few lines at a time. */
  readonly destination?: DestinationStream;
}

/** Whatever an object logs under these names is a credential. */
const CREDENTIALS = ['authorization', 'Authorization', 'token', 'password'];

/** JSON lines with ISO time and the level in words. An error belongs in the field `err`. */
export function createLogger({ service, level, destination = bufferedOutput() }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service },
    timestamp: () => `,"time":"${isoTime(Date.now())}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: CREDENTIALS.flatMap((name) => [name, `*.${name}`, `headers.${name}`]), censor: '(not shown)' },
  };
  return pino(options, destination);
}

type NamedLevel = 'debug' | 'info' | 'warn';

/** The part of a logger that lines by the thousand need. */
export type NamedFieldsLog = Record<NamedLevel, (fields: object, text: string) => void> &
  Pick<Logger, 'isLevelEnabled'>;

/**
 * The same lines at an eighth of what they cost, for those of which every field is named one by one, is JSON and is no
 * credential: pino looks at each field by itself, for credentials and for what has a way of its own to be written.
 */
export function withNamedFields(logger: Logger): NamedFieldsLog {
  const destination = (logger as unknown as Record<symbol, DestinationStream>)[symbols.streamSym]!;
  const bindings = JSON.stringify(logger.bindings()).slice(1, -1);
  const write =
    (level: NamedLevel) =>
    (fields: object, text: string): void => {
      if (!logger.isLevelEnabled(level)) return;
      const json = JSON.stringify(fields);
      const named = json === '{}' ? '' : `,${json.slice(1, -1)}`;
      const time = isoTime(Date.now());
      destination.write(`{"level":"${level}","time":"${time}",${bindings}${named},"msg":${JSON.stringify(text)}}\n`);
    };
  return {
    isLevelEnabled: (level) => logger.isLevelEnabled(level),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
  };
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
