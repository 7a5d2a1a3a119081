import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Dead letters that an operator sends again: which ones, how far that is, and how often a delivery has been. */
export class Redrives1764200000000 implements MigrationInterface {
  name = 'Redrives1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Its attempts are counted from 1 with each redrive: a status of a later one counts, whatever the numbers say.
      ALTER TABLE deliveries ADD COLUMN redrives smallint NOT NULL DEFAULT 0;
      -- Where Kafka has its call: a redriven job goes to the same lane. Null: recorded before this was kept.
      ALTER TABLE deliveries ADD COLUMN kafka_partition integer;
      ALTER TABLE attempts ADD COLUMN redrive smallint NOT NULL DEFAULT 0;

      CREATE TABLE redrives (
        id uuid PRIMARY KEY,
        project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
        -- What was asked for: ids, or what the deliveries have to be like.
        filter json NOT NULL,
        -- Dead letters of that moment: one that fails again is not sent again.
        created_at timestamptz NOT NULL DEFAULT now(),
        -- As they were counted then.
        counts json NOT NULL,
        sent integer NOT NULL DEFAULT 0,
        -- The receivedAt that it has come to.
        place timestamptz NOT NULL DEFAULT '-infinity',
        -- The pace: nothing more is sent before, by whichever process.
        next_at timestamptz NOT NULL DEFAULT now(),
        -- Why it does not get on just now, in words.
        problem text,
        finished_at timestamptz
      );
      CREATE INDEX redrives_by_project ON redrives (project_id, created_at, id);
      CREATE INDEX redrives_unfinished ON redrives (created_at, id) WHERE finished_at IS NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE redrives;
      ALTER TABLE attempts DROP COLUMN redrive;
      ALTER TABLE deliveries DROP COLUMN kafka_partition, DROP COLUMN redrives;
    `);
  }
}
