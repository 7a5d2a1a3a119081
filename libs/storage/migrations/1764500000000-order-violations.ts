import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the audit of order has found: nothing, as long as all is well. */
export class OrderViolations1764500000000 implements MigrationInterface {
  name = 'OrderViolations1764500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE order_violations (
        -- The attempt that delivered an event after a later one of its call.
        delivery_id uuid NOT NULL,
        started_at timestamptz NOT NULL,
        received_at timestamptz NOT NULL,
        project_id uuid NOT NULL,
        endpoint_id uuid NOT NULL,
        call_id text NOT NULL,
        PRIMARY KEY (delivery_id, started_at)
      );
      CREATE INDEX order_violations_by_project ON order_violations (project_id, received_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE order_violations');
  }
}
