import { afterAll } from '@jest/globals';
import type { Pool } from 'pg';
import { createDatabase, MemoryLaneStore } from '#libs/testkit';
import { migrate } from '../data-source.js';
import { createLanePool } from './lane-pool.js';
import { describeLaneStore } from './lane-store.conformance.js';
import { KIND } from './lane-writes.fixture.js';
import { PgLaneStore } from './pg-lane-store.js';

const pools: Pool[] = [];
afterAll(() => Promise.all(pools.map((pool) => pool.end())));

describeLaneStore('in memory', () => {
  const store = new MemoryLaneStore();
  return Promise.resolve({ store, other: store });
});

describeLaneStore('in Postgres', async () => {
  const url = await createDatabase();
  await migrate(url);
  const process = (): PgLaneStore => {
    const pool = createLanePool(url, { size: 2, applicationName: 'spec' });
    pools.push(pool);
    return new PgLaneStore(pool, KIND);
  };
  return { store: process(), other: process() };
});
