import { DataSource } from 'typeorm';
import { ApiKeyEntity } from './entities/api-key.entity.js';
import { BearerTokenEntity } from './entities/bearer-token.entity.js';
import { EndpointEntity } from './entities/endpoint.entity.js';
import { ProjectEntity } from './entities/project.entity.js';
import { TriggerEntity } from './entities/trigger.entity.js';
import { MIGRATIONS } from './migrations/all.js';

export interface DataSourceOptions {
  /** Connections at the same time, at most; 10 when left out. */
  readonly poolSize?: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
  /** How long a statement may take before Postgres gives it up, in milliseconds. */
  readonly statementTimeoutMs?: number;
}

/** TypeORM over pg; `initialize()` connects. Tables are made by migrations only. */
export function createDataSource(url: string, options: DataSourceOptions = {}): DataSource {
  const { poolSize = 10, applicationName = 'recho', statementTimeoutMs = 30_000 } = options;
  return new DataSource({
    type: 'postgres',
    url,
    applicationName,
    poolSize,
    connectTimeoutMS: 3000,
    entities: [ProjectEntity, EndpointEntity, TriggerEntity, BearerTokenEntity, ApiKeyEntity],
    migrations: MIGRATIONS,
    synchronize: false,
    logging: false,
    extra: { statement_timeout: statementTimeoutMs },
  });
}

/** Any constant: who holds it migrates, everybody else waits. */
const MIGRATION_LOCK = 7_302_114;

/** Brings the database's tables up to date; repeatable, also by several processes at a time. */
export async function migrate(url: string): Promise<void> {
  const dataSource = createDataSource(url, {
    poolSize: 2,
    applicationName: 'recho-migrate',
    statementTimeoutMs: 600_000,
  });
  await dataSource.initialize();
  try {
    const lock = dataSource.createQueryRunner();
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    try {
      await dataSource.runMigrations({ transaction: 'each' });
    } finally {
      await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
      await lock.release();
    }
  } finally {
    await dataSource.destroy();
  }
}
