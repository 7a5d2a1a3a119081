import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Parked lanes: what failed, or waits behind what failed, is here from its offset's finish to its end. Nothing refers to
 * projects or endpoints: a deleted one's jobs stay until their owner has ended them, visibly.
 */
export class Lanes1764100000000 implements MigrationInterface {
  name = 'Lanes1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LANES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE parked_jobs, lanes, lane_epochs');
  }
}

const LANES = `
  -- A row for each partition that ever had an owner. Its lock puts the writes of a partition in a line.
  CREATE TABLE lane_epochs (
    kind text NOT NULL,
    partition integer NOT NULL,
    epoch bigint NOT NULL,
    PRIMARY KEY (kind, partition)
  ) WITH (fillfactor = 50);

  CREATE TABLE lanes (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    partition integer NOT NULL,
    endpoint_id uuid NOT NULL,
    call_id text NOT NULL,
    project_id uuid NOT NULL,
    head_delivery_id uuid NOT NULL,
    head_offset bigint NOT NULL,
    -- The head's place among the lane's jobs: what follows it is found without passing what was deleted before it.
    head_seq bigint NOT NULL,
    attempts smallint NOT NULL,
    -- The wake-up that is out for the head; null: none is.
    rung smallint,
    due_at timestamptz,
    first_attempt_at timestamptz,
    last_reason text,
    last_status integer,
    parked_at timestamptz NOT NULL DEFAULT now(),
    -- When the head became it.
    head_since timestamptz NOT NULL DEFAULT now(),
    CHECK ((rung IS NULL) = (due_at IS NULL))
  -- Room for the next version of a row on its own page: no index holds a column that changes while a lane is parked, so
  -- an attempt's or an advance's update touches no index, and leaves nothing for VACUUM to look for in one.
  ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
  CREATE INDEX lanes_by_partition ON lanes (kind, partition);
  CREATE INDEX lanes_by_project ON lanes (project_id, parked_at, id);
  CREATE INDEX lanes_by_endpoint ON lanes (endpoint_id, parked_at, id);

  -- Rows are inserted and deleted, never updated. No reference to lanes: it would be looked up for each row, and the one
  -- who writes checks it once for each lane.
  CREATE TABLE parked_jobs (
    lane_id uuid NOT NULL,
    -- The order within a lane is that of arrival. Not the offset: a topic that is made anew begins with 0 again.
    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    delivery_id uuid NOT NULL,
    main_offset bigint NOT NULL,
    -- As on Kafka; text, because json would be parsed for nothing.
    job text NOT NULL,
    event_id text NOT NULL,
    event_type text NOT NULL,
    source_epoch text,
    source_offset bigint,
    source_ordinal bigint,
    traceparent text,
    parked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (lane_id, seq),
    UNIQUE (lane_id, delivery_id, main_offset)
  -- A queue's table: most of it is dead soon, so it is vacuumed early.
  ) WITH (autovacuum_vacuum_scale_factor = 0.05, toast.autovacuum_vacuum_scale_factor = 0.05);
`;
