import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Settings (projects, endpoints, triggers, credentials) and history (deliveries, attempts). The history is partitioned
 * by the day its event came in: the recorder makes the days, and old ones are dropped whole instead of being deleted.
 */
export class Initial1764000000000 implements MigrationInterface {
  name = 'Initial1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SETTINGS);
    await runner.query(HISTORY);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE attempts, deliveries, idempotency_keys, settings_version, bearer_tokens, triggers, endpoints, projects
    `);
  }
}

const SETTINGS = `
  CREATE TABLE projects (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX projects_by_age ON projects (created_at, id);

  CREATE TABLE endpoints (
    id uuid PRIMARY KEY,
    project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
    name text NOT NULL,
    endpoint_type text NOT NULL CHECK (endpoint_type IN ('SLACK', 'TEAMS', 'EMAIL', 'CUSTOM')),
    target text NOT NULL,
    auth_type text NOT NULL CHECK (auth_type IN ('NONE', 'BEARER', 'SIGNATURE_RSA_SHA256')),
    content_key text,
    enabled boolean NOT NULL DEFAULT true,
    -- An endpoint's place in the source marks of its jobs: never another one, whatever comes and goes beside it.
    ordinal bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX endpoints_by_project ON endpoints (project_id, created_at, id);

  CREATE TABLE triggers (
    endpoint_id uuid NOT NULL REFERENCES endpoints ON DELETE CASCADE,
    event_type text NOT NULL,
    PRIMARY KEY (endpoint_id, event_type)
  );

  -- Sealed by libs/runtime's SecretBox; nothing here can be read without SECRETS_KEY.
  CREATE TABLE bearer_tokens (
    endpoint_id uuid PRIMARY KEY REFERENCES endpoints ON DELETE CASCADE,
    sealed text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
  );

  -- One row. Its lock puts changes of settings in a line, so that a higher version always holds every lower one.
  CREATE TABLE settings_version (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    version bigint NOT NULL
  );
  INSERT INTO settings_version (version) VALUES (1);

  CREATE TABLE idempotency_keys (
    project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
    key text NOT NULL,
    request_hash text NOT NULL,
    event_id text NOT NULL,
    -- Null until Kafka has the event: a repeated request then publishes it again, under the same id.
    published_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, key)
  );
  CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
`;

const HISTORY = `
  CREATE TABLE deliveries (
    received_at timestamptz NOT NULL,
    delivery_id uuid NOT NULL,
    project_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    endpoint_name text NOT NULL,
    endpoint_type text NOT NULL,
    call_id text NOT NULL,
    event_id text NOT NULL,
    event_type text NOT NULL,
    status text NOT NULL CHECK
      (status IN ('pending', 'delivered', 'retrying', 'waiting', 'dead_lettered', 'skipped')),
    -- When it came to this status: of two records of a delivery the later one counts.
    status_at timestamptz NOT NULL DEFAULT now(),
    attempts smallint NOT NULL,
    reason text,
    response_status integer,
    first_attempt_at timestamptz,
    last_attempt_at timestamptz,
    -- The job's source mark; null when it did not come through the router.
    source_epoch text,
    source_offset bigint,
    source_ordinal bigint,
    event json,
    PRIMARY KEY (delivery_id, received_at)
  ) PARTITION BY RANGE (received_at);
  CREATE INDEX deliveries_by_project ON deliveries (project_id, received_at, delivery_id);
  CREATE INDEX deliveries_by_call ON deliveries (call_id, endpoint_id);
  CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint_id, received_at, delivery_id);
  CREATE INDEX deliveries_in_trouble ON deliveries (project_id, status, received_at, delivery_id)
    WHERE status <> 'delivered';
  CREATE TABLE deliveries_default PARTITION OF deliveries DEFAULT;

  CREATE TABLE attempts (
    received_at timestamptz NOT NULL,
    delivery_id uuid NOT NULL,
    attempt smallint NOT NULL,
    started_at timestamptz NOT NULL,
    duration_ms integer NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('delivered', 'retry', 'refused', 'abstained')),
    reason text,
    target text NOT NULL,
    auth_type text NOT NULL,
    response_status integer,
    response_body text,
    traceparent text,
    PRIMARY KEY (delivery_id, attempt, started_at, received_at)
  ) PARTITION BY RANGE (received_at);
  CREATE TABLE attempts_default PARTITION OF attempts DEFAULT;
`;
