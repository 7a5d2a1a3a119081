import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Signing keys, API keys, and who changed what. */
export class Access1764300000000 implements MigrationInterface {
  name = 'Access1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE signing_keys (
        id uuid PRIMARY KEY,
        endpoint_id uuid NOT NULL REFERENCES endpoints ON DELETE CASCADE,
        -- SPKI PEM: shown to whoever may see the endpoint.
        public_pem text NOT NULL,
        -- PKCS #8 PEM, sealed by libs/runtime's SecretBox.
        private_sealed text NOT NULL,
        -- new: receivers may learn it already; active: requests are signed with it; retired: was active.
        state text NOT NULL CHECK (state IN ('new', 'active', 'retired')),
        created_at timestamptz NOT NULL DEFAULT now(),
        activated_at timestamptz
      );
      CREATE INDEX signing_keys_by_endpoint ON signing_keys (endpoint_id, created_at, id);
      CREATE UNIQUE INDEX signing_keys_active ON signing_keys (endpoint_id) WHERE state = 'active';

      CREATE TABLE api_keys (
        id uuid PRIMARY KEY,
        project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
        name text NOT NULL,
        role text NOT NULL CHECK (role IN ('admin', 'read')),
        -- SHA-256 of the key: 256 random bits need no slower hash.
        hash bytea NOT NULL UNIQUE,
        -- The key's first characters, so that people can tell theirs apart.
        hint text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz
      );
      CREATE INDEX api_keys_by_project ON api_keys (project_id, created_at, id);

      -- Outlives what it tells of, so it refers to nothing.
      CREATE TABLE audit_log (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT now(),
        -- Null: of no project.
        project_id uuid,
        -- 'admin token', or an API key's id and name.
        actor_id uuid,
        actor text NOT NULL,
        -- As in endpoint.updated.
        action text NOT NULL,
        subject_id text,
        -- What changed; never a secret.
        details json NOT NULL
      );
      CREATE INDEX audit_log_by_project ON audit_log (project_id, id);

      ALTER TABLE attempts ADD COLUMN key_id uuid;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE attempts DROP COLUMN key_id;
      DROP TABLE audit_log, api_keys, signing_keys;
    `);
  }
}
