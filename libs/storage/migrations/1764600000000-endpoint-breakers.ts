import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When breakers of endpoints opened and closed. */
export class EndpointBreakers1764600000000 implements MigrationInterface {
  name = 'EndpointBreakers1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Outlives what it tells of, so it refers to nothing.
      CREATE TABLE endpoint_breakers (
        endpoint_id uuid NOT NULL,
        since timestamptz NOT NULL,
        breaker text NOT NULL CHECK (breaker IN ('open', 'closed')),
        project_id uuid NOT NULL,
        -- When it was last said to be so: with each probe that fails.
        told_at timestamptz NOT NULL,
        reason text NOT NULL,
        PRIMARY KEY (endpoint_id, since, breaker)
      );
      CREATE INDEX endpoint_breakers_latest ON endpoint_breakers (endpoint_id, told_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE endpoint_breakers');
  }
}
