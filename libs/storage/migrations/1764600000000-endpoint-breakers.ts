import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When breakers of endpoints opened and closed, and when less was sent to them at a time. */
export class EndpointBreakers1764600000000 implements MigrationInterface {
  name = 'EndpointBreakers1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Outlives what it tells of, so it refers to nothing.
      CREATE TABLE endpoint_breakers (
        endpoint_id uuid NOT NULL,
        since timestamptz NOT NULL,
        -- The last two are about its share; its breaker is closed then, too.
        state text NOT NULL CHECK (state IN ('open', 'closed', 'limited', 'whole')),
        project_id uuid NOT NULL,
        -- When it was last said to be so: with each probe that fails.
        told_at timestamptz NOT NULL,
        reason text NOT NULL,
        next_probe_at timestamptz,
        -- Attempts at a time, and how many they are when all is well.
        share integer NOT NULL,
        whole_share integer NOT NULL,
        PRIMARY KEY (endpoint_id, since, state)
      );
      CREATE INDEX endpoint_breakers_latest ON endpoint_breakers (project_id, endpoint_id, told_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE endpoint_breakers');
  }
}
