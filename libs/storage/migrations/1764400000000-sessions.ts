import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is signed in to the dashboard. */
export class Sessions1764400000000 implements MigrationInterface {
  name = 'Sessions1764400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sessions (
        id uuid PRIMARY KEY,
        -- HMAC-SHA256 of the cookie's value under the admin token: with another token no session is found any more.
        hash bytea NOT NULL UNIQUE,
        -- Whose rights it has: a key that is revoked ends its sessions. Null: those of the admin token.
        key_id uuid REFERENCES api_keys ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX sessions_by_key ON sessions (key_id);
      CREATE INDEX sessions_by_end ON sessions (expires_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sessions');
  }
}
