import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a search is for is found, however rare it is, and however long the history. The recorder's writes wait while they
 * are made, minutes for ten million rows, and go on from Kafka (docs/performance-search.md, with what each costs).
 */
export class Search1764700000000 implements MigrationInterface {
  name = 'Search1764700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX deliveries_by_type ON deliveries (project_id, event_type, received_at, delivery_id);
      CREATE INDEX deliveries_by_endpoint_type ON deliveries (endpoint_id, event_type, received_at, delivery_id);
      -- Few rows, so that they cost little: nearly all are written once, as delivered.
      CREATE INDEX deliveries_in_trouble_by_endpoint ON deliveries (endpoint_id, status, received_at, delivery_id)
        WHERE status <> 'delivered';
      CREATE INDEX deliveries_in_trouble_by_type ON deliveries (project_id, event_type, status, received_at, delivery_id)
        WHERE status <> 'delivered';
      -- The expression is that of reason-code.ts, as it was then: another one would only not be served by it.
      CREATE INDEX deliveries_in_trouble_by_code ON deliveries (project_id, (coalesce(CASE WHEN reason IS NOT NULL THEN
        coalesce(substring(reason from '^[a-z][a-z0-9_]{0,39}(?=:|$)'), 'other') END, 'other')), received_at, delivery_id)
        WHERE status <> 'delivered';
      CREATE INDEX audit_log_by_action ON audit_log (project_id, action, id);
      CREATE INDEX audit_log_by_actor ON audit_log (project_id, actor, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX audit_log_by_actor, audit_log_by_action, deliveries_in_trouble_by_code, deliveries_in_trouble_by_type, deliveries_in_trouble_by_endpoint,
        deliveries_by_endpoint_type, deliveries_by_type;
    `);
  }
}
