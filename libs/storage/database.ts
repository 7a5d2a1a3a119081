import { setTimeout as after } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { changeSettings } from './change-settings.js';
import { DatabaseAwayError } from './database-away.js';
import type { Queries } from './delivery-search.js';

const RETRY_EVERY_MS = 1000;

interface Log {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
}

/**
 * A DataSource for a service that runs while Postgres is away: it connects in the background, and until it has, every
 * use fails with a DatabaseAwayError that says why. Once connected, the pool finds its way back by itself.
 */
export class Database {
  private readonly leaving = new AbortController();
  private why = 'the first connection is being made';
  private connecting: Promise<void> = Promise.resolve();

  constructor(
    private readonly dataSource: DataSource,
    private readonly log: Log,
  ) {}

  /** Connects, for as long as it takes; resolves then, or when it is closed. */
  connect(): Promise<void> {
    return (this.connecting = this.keepTrying());
  }

  /** @throws DatabaseAwayError, and what TypeORM throws. */
  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.connected().query(sql, [...parameters])) as Row[];
  }

  /** One transaction that is a change of settings. */
  async change<T>(change: (manager: EntityManager) => Promise<T>): Promise<T> {
    return changeSettings(this.connected(), change);
  }

  async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.connected().transaction(work);
  }

  /** The same, for SQL alone. */
  async queriesTogether<T>(work: (transaction: Queries) => Promise<T>): Promise<T> {
    return this.transaction((manager) =>
      work({
        query: async <Row>(sql: string, values: readonly unknown[]) => (await manager.query(sql, [...values])) as Row[],
      }),
    );
  }

  async close(): Promise<void> {
    this.leaving.abort();
    await this.connecting; // or a connection that is being made now would be left open
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  private async keepTrying(): Promise<void> {
    const { signal } = this.leaving;
    while (!signal.aborted) {
      try {
        await this.dataSource.initialize();
        this.log.info({}, 'connected to Postgres');
        return;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        if (why !== this.why) this.log.warn({ err: error }, `no connection to Postgres yet: ${why}`);
        this.why = why;
        await after(RETRY_EVERY_MS, undefined, { signal }).catch(() => undefined); // closed meanwhile
      }
    }
  }

  private connected(): DataSource {
    if (this.dataSource.isInitialized) return this.dataSource;
    throw new DatabaseAwayError(`not connected to Postgres: ${this.why}`);
  }
}
