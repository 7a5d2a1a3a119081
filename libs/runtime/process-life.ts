import { codeOf, describeError, isError, ServiceError } from './errors.js';
import type { Logger } from './logger.js';

/** The part of `process` that a service touches; tests bring their own. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stderr: { write(text: string): unknown };
  on(event: string, listener: (argument: unknown) => void): unknown;
  exit(code: number): void;
}

/** sysexits.h EX_CONFIG: starting again will not help, somebody has to change the configuration. */
export const EXIT_CONFIG = 78;
export const EXIT_FAILURE = 1;

/** What nobody caught ends the process: its state cannot be trusted, and a supervisor starts it again. */
export function dieOfUncaught(surroundings: Surroundings, logger: Logger): void {
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    surroundings.on(event, (error) => {
      logger.fatal({ err: error }, `${event}: ${describeError(error)}`);
      surroundings.exit(EXIT_FAILURE);
    });
  }
}

/** Says why a service cannot start, in words, and ends the process. */
export function refuseToStart(surroundings: Surroundings, service: string, error: unknown, logger?: Logger): void {
  const config = error instanceof ServiceError && error.blame === 'config';
  const sentence = config ? error.message : addressFault(error);
  surroundings.stderr.write(`${service} cannot start. ${sentence ?? describeError(error)}\n`);
  // A sentence says all; only what nobody expected needs its stack.
  if (sentence === null) logger?.fatal({ err: error }, `cannot start: ${describeError(error)}`);
  surroundings.exit(config ? EXIT_CONFIG : EXIT_FAILURE);
}

/** What is wrong with the address to listen on; null when it is something else. */
function addressFault(error: unknown): string | null {
  if (!isError(error) || !('port' in error)) return null;
  const where = `${'address' in error ? String(error.address) : 'this machine'}, port ${String(error.port)}`;
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `${where}, is taken by another process: stop that one, or choose another port.`;
    case 'EACCES':
      return `${where}, may not be opened by this user: choose a port above 1023.`;
    case 'EADDRNOTAVAIL':
      return `${where}: this machine has no such address; correct HOST.`;
    default:
      return null;
  }
}

export interface Leaving {
  readonly logger: Logger;
  /** Milliseconds. */
  readonly timeoutMs: number;
  /** At once: from now on nobody should send us anything. */
  begin(): void;
  /** Finishes what is under way. */
  close(): Promise<void>;
}

/** On the first SIGTERM or SIGINT: an orderly end within a bound. Later ones change nothing. */
export function leaveOnSignal(surroundings: Surroundings, leaving: Leaving): void {
  let begun = false;
  const leave = async (signal: string): Promise<void> => {
    // Ctrl-C reaches the whole process group, and a supervisor then sends its own signal: once is enough.
    if (begun) return;
    begun = true;
    leaving.begin();
    const { logger, timeoutMs } = leaving;
    logger.info({ signal }, 'shutting down');
    const bound = setTimeout(() => {
      logger.error(
        { timeoutMs },
        `shutdown took longer than ${timeoutMs} ms; what was under way is done again after the next start`,
      );
      surroundings.exit(EXIT_FAILURE);
    }, timeoutMs);
    try {
      await leaving.close();
      logger.info({}, 'shut down');
      surroundings.exit(0);
    } catch (error) {
      logger.error({ err: error }, `shutdown failed: ${describeError(error)}`);
      surroundings.exit(EXIT_FAILURE);
    } finally {
      clearTimeout(bound);
    }
  };
  for (const signal of ['SIGTERM', 'SIGINT']) surroundings.on(signal, () => void leave(signal));
}
