import { EndpointTable, type RoutedEndpoint, type StoredEndpoint } from './endpoint-table.js';
import { SettingsConnection } from './settings-connection.js';

export interface SettingsSnapshotOptions {
  /** Of Postgres. */
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly log: {
    info(fields: object, text: string): void;
    warn(fields: object, text: string): void;
  };
  /** A new table is in use. */
  onLoaded?(table: EndpointTable): void;
}

export interface SnapshotState {
  /** When the settings in use were read, Unix milliseconds; null: never yet. */
  readonly loadedAt: number | null;
  /** Since when Postgres does not answer, and why; null while it does. */
  readonly away: { readonly since: number; readonly reason: string } | null;
}

/** Pauses before connecting again, in milliseconds. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2000;
/** The version is asked for this often even when nothing was heard and nobody asked, in milliseconds. */
const LOOK_EVERY_MS = 5000;

/**
 * Projects, endpoints and triggers as a cached table, so that no event waits for a query over them. It is read anew
 * when a change is heard of (LISTEN), and when somebody asks (`refresh`) and the version has moved. While Postgres is
 * away the last table serves.
 */
export class SettingsSnapshot {
  private table: EndpointTable | null = null;
  private connection: SettingsConnection | null = null;
  private loadedAt: number | null = null;
  private away: SnapshotState['away'] = { since: Date.now(), reason: 'not connected yet' };
  private looking: Promise<'fresh' | 'stale'> | null = null;
  private lookNext: Promise<'fresh' | 'stale'> | null = null;
  private pauseMs = FIRST_PAUSE_MS;
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(private readonly options: SettingsSnapshotOptions) {}

  /** Resolves after the first try to connect, whether it worked or not; further ones are made in the background. */
  async start(): Promise<void> {
    await this.connect();
  }

  version(): number {
    return this.table?.version ?? 0;
  }

  state(): SnapshotState {
    return { loadedAt: this.loadedAt, away: this.away };
  }

  project(projectId: string): boolean {
    return this.table?.hasProject(projectId) ?? false;
  }

  endpoint(endpointId: string): StoredEndpoint | undefined {
    return this.table?.endpoint(endpointId);
  }

  routedEndpoint(endpointId: string): RoutedEndpoint | undefined {
    return this.table?.routedEndpoint(endpointId);
  }

  endpointsFor(projectId: string, eventType: string): readonly RoutedEndpoint[] {
    return this.table?.endpointsFor(projectId, eventType) ?? [];
  }

  /**
   * Read-your-writes: with `fresh`, the table holds every change that was committed before this call. With `stale`,
   * Postgres does not answer and the table is the last one there was; that is known at once, or after a second.
   */
  refresh(): Promise<'fresh' | 'stale'> {
    if (this.connection === null) return STALE;
    // A look that is under way may have seen the version just before a change: those who ask now share the next one.
    if (this.looking === null) return this.look();
    this.lookNext ??= this.looking.then(() => {
      this.lookNext = null;
      return this.looking ?? this.look();
    });
    return this.lookNext;
  }

  /** Reads anew when the table is older than `version`. False: Postgres does not answer. */
  async ensureVersion(version: number): Promise<boolean> {
    return this.version() >= version || (await this.refresh()) === 'fresh';
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.connection?.close();
    this.connection = null;
  }

  private look(): Promise<'fresh' | 'stale'> {
    const looking = this.lookNow().finally(() => {
      if (this.looking === looking) this.looking = null;
    });
    this.looking = looking;
    return looking;
  }

  private async lookNow(): Promise<'fresh' | 'stale'> {
    const { connection } = this;
    if (connection === null) return 'stale';
    try {
      if (this.table === null || (await connection.version()) !== this.table.version) {
        this.table = new EndpointTable(await connection.load());
        this.options.onLoaded?.(this.table);
      }
      this.loadedAt = Date.now();
      return 'fresh';
    } catch (error) {
      // A connection that failed has told so itself; what failed otherwise is tried anew on another one.
      if (this.connection === connection) {
        void connection.close();
        this.lost(error instanceof Error ? error : new Error(String(error)));
      }
      return 'stale';
    }
  }

  private async connect(): Promise<void> {
    if (this.closed) return;
    try {
      const { url, applicationName } = this.options;
      const connection = await SettingsConnection.open({
        url,
        applicationName,
        onChange: () => void this.refresh(),
        onLost: (error) => this.lost(error),
      });
      if (this.closed) return await connection.close();
      this.connection = connection;
      if ((await this.look()) === 'stale') return; // told and tried again by `lost`
      const wasAway = this.away;
      this.away = null;
      this.pauseMs = FIRST_PAUSE_MS;
      const seconds = wasAway === null ? 0 : Math.round((Date.now() - wasAway.since) / 1000);
      this.options.log.info(
        { version: this.version() },
        `settings are up to date (Postgres answers, after ${seconds} s)`,
      );
      this.lookAgainLater();
    } catch (error) {
      this.lost(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private lost(error: Error): void {
    this.connection = null;
    if (this.closed) return;
    const reason = error.message || (error as NodeJS.ErrnoException).code || error.name;
    if (this.away === null || this.away.reason !== reason) {
      const serving = this.loadedAt === null ? 'there are none yet' : 'the last ones serve meanwhile';
      this.options.log.warn({ reason }, `settings cannot be read, ${serving}: Postgres does not answer`);
    }
    this.away = { since: this.away?.since ?? Date.now(), reason };
    this.later(this.pauseMs, () => void this.connect());
    this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
  }

  private lookAgainLater(): void {
    this.later(LOOK_EVERY_MS, () => {
      void this.refresh().then((freshness) => {
        if (freshness === 'fresh') this.lookAgainLater();
      });
    });
  }

  /** One thing is waited for at a time: the next look, or the next try to connect. */
  private later(ms: number, callback: () => void): void {
    if (this.timer !== null) clearTimeout(this.timer);
    if (!this.closed) this.timer = setTimeout(callback, ms).unref();
  }
}

const STALE: Promise<'stale'> = Promise.resolve('stale');
