import { Client } from 'pg';
import { SETTINGS_CHANNEL } from './change-settings.js';
import type { StoredSettings } from './endpoint-table.js';
import { checkTables } from './table-version.js';

/** An answer that takes longer counts as none, in milliseconds: events must not wait for a database that hangs. */
const ANSWER_WITHIN_MS = 1000;
/** Loading everything may take longer than asking for the version. */
const LOAD_WITHIN_MS = 15_000;

export interface SettingsConnectionOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** The settings have a new version. */
  onChange(): void;
  /** Called once; the connection is of no use any more. */
  onLost(error: Error): void;
}

/** One connection to Postgres that hears of changes and reads the settings. Whatever fails, fails the whole of it. */
export class SettingsConnection {
  private readonly client: Client;
  private lost = false;

  private constructor(private readonly options: SettingsConnectionOptions) {
    this.client = new Client({
      connectionString: options.url,
      application_name: options.applicationName,
      connectionTimeoutMillis: 3000,
      keepAlive: true,
    });
  }

  /** @throws Error when Postgres does not answer; TablesTooOldError when this version's migrations did not run there. */
  static async open(options: SettingsConnectionOptions): Promise<SettingsConnection> {
    const connection = new SettingsConnection(options);
    const { client } = connection;
    client.on('error', (error) => connection.lose(error));
    client.on('end', () => connection.lose(new Error('Postgres closed the connection')));
    client.on('notification', () => options.onChange());
    try {
      await client.connect();
      await checkTables(async (sql) => (await client.query<object>(sql)).rows);
      await client.query(`LISTEN ${SETTINGS_CHANNEL}`);
      return connection;
    } catch (error) {
      connection.lost = true;
      void client.end().catch(() => undefined); // it never was a connection
      throw error;
    }
  }

  /** The version that all changes committed so far are in. */
  async version(): Promise<number> {
    const row = await this.one<{ version: string }>(
      'version',
      'SELECT version FROM settings_version',
      ANSWER_WITHIN_MS,
    );
    return Number(row.version);
  }

  async load(): Promise<StoredSettings> {
    const row = await this.one<{ version: string } & Omit<StoredSettings, 'version'>>('load', LOAD, LOAD_WITHIN_MS);
    return { version: Number(row.version), projects: row.projects, endpoints: row.endpoints };
  }

  async close(): Promise<void> {
    this.lost = true;
    await this.client.end().catch(() => undefined); // gone either way
  }

  private async one<Row>(name: string, text: string, withinMs: number): Promise<Row> {
    try {
      // pg's types do not have the time-out of a single query.
      const query: { name: string; text: string } & { query_timeout: number } = { name, text, query_timeout: withinMs };
      const { rows } = await this.client.query<Row & object>(query);
      const [row] = rows;
      if (row === undefined)
        throw new Error('settings_version has no row: the database was not migrated, or was emptied');
      return row;
    } catch (error) {
      this.lose(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  private lose(error: Error): void {
    if (this.lost) return;
    this.lost = true;
    void this.client.end().catch(() => undefined); // gone either way
    this.options.onLost(error);
  }
}

/** One statement, so that all of it is of one moment. */
const LOAD = `
  SELECT
    (SELECT version FROM settings_version) AS version,
    (SELECT coalesce(json_agg(id), '[]') FROM projects) AS projects,
    (SELECT coalesce(json_agg(json_build_object(
        'id', e.id, 'projectId', e.project_id, 'name', e.name, 'endpointType', e.endpoint_type, 'target', e.target,
        'authType', e.auth_type, 'contentKey', e.content_key, 'enabled', e.enabled, 'bearerToken', b.sealed,
        'signingKey', CASE WHEN k.id IS NULL THEN NULL ELSE json_build_object('id', k.id, 'sealed', k.private_sealed) END,
        'ordinal', e.ordinal, 'eventTypes', (SELECT coalesce(json_agg(t.event_type), '[]') FROM triggers t WHERE t.endpoint_id = e.id)
      ) ORDER BY e.ordinal), '[]')
      FROM endpoints e LEFT JOIN bearer_tokens b ON b.endpoint_id = e.id
        LEFT JOIN signing_keys k ON k.endpoint_id = e.id AND k.state = 'active') AS endpoints
`;
