import { setTimeout as after } from 'node:timers/promises';
import { Client } from 'pg';
import { CHANGES_CHANNEL, projectsOf } from './change-channel.js';

export interface ChangeListenerOptions {
  /** Of Postgres. */
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly log: {
    info(fields: object, text: string): void;
    warn(fields: object, text: string): void;
  };
  /** Something was recorded for these projects; `all`: for any, while nobody could be heard. */
  onChange(projectIds: readonly string[] | 'all'): void;
}

/** Pauses before connecting again, in milliseconds. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2000;
/** A connection on which nothing is heard may be cut: it is asked this often, in milliseconds, and has to answer. */
const ASK_EVERY_MS = 5000;
const ANSWER_WITHIN_MS = 2000;

/** One connection to Postgres that hears of changes, for as long as it takes to have one. */
export class ChangeListener {
  private readonly leaving = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private pauseMs = FIRST_PAUSE_MS;
  private why = '';

  constructor(private readonly options: ChangeListenerOptions) {}

  start(): void {
    this.running = this.run();
  }

  async close(): Promise<void> {
    this.leaving.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.leaving;
    while (!signal.aborted) {
      try {
        await this.listen();
      } catch (error) {
        this.tell(error instanceof Error ? error.message : String(error));
      }
      await pause(this.pauseMs, signal);
      this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  /** @throws when the connection is lost, or was not to be had. */
  private async listen(): Promise<void> {
    const { url: connectionString, applicationName: application_name, onChange, log } = this.options;
    const { signal } = this.leaving;
    const client = new Client({
      ...{ connectionString, application_name, keepAlive: true },
      ...{ connectionTimeoutMillis: 3000, query_timeout: ANSWER_WITHIN_MS },
    });
    const over = new AbortController();
    const end = (): void => over.abort();
    signal.addEventListener('abort', end);
    let reason = new Error('Postgres closed the connection');
    client.on('error', (error) => {
      reason = error;
      end();
    });
    client.on('end', end);
    client.on('notification', ({ payload }) => onChange(projectsOf(payload)));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANGES_CHANNEL}`);
      log.info({}, 'changes are heard of');
      this.pauseMs = FIRST_PAUSE_MS;
      this.why = '';
      // What was told until now was not heard.
      onChange('all');
      while (!over.signal.aborted) {
        await pause(ASK_EVERY_MS, over.signal);
        if (!over.signal.aborted) await client.query('SELECT 1');
      }
      if (!signal.aborted) throw reason;
    } finally {
      signal.removeEventListener('abort', end);
      void client.end().catch(() => undefined); // gone either way
    }
  }

  private tell(why: string): void {
    if (why !== this.why) {
      this.options.log.warn({ reason: why }, `changes are not heard of; pages are told when they are again: ${why}`);
    }
    this.why = why;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await after(ms, undefined, { signal, ref: false }).catch(() => undefined); // closed meanwhile
}
