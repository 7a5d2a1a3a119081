import { expect, it } from '@jest/globals';
import { addressLines, type Addresses } from './banner.js';
import { stackSettings } from './settings.js';

const PORTS = Object.fromEntries(
  ['API', 'KAFKA', 'ROUTER_HEALTH', 'RECORDER_HEALTH']
    .concat(['SLACK', 'TEAMS', 'EMAIL', 'CUSTOM'].map((kind) => `DELIVERY_${kind}_HEALTH`))
    .map((name) => [`${name}_PORT`, '8080']),
);

/** The address of PostgreSQL as npm start tells it, of a database with the password `hush`. */
function databaseLine(env: NodeJS.ProcessEnv): string {
  const databaseUrl = 'postgres://recho:hush@127.0.0.1:5432/recho';
  const addresses: Addresses = {
    settings: stackSettings({ ...PORTS, ...env }),
    databaseUrl,
    adminToken: 'token',
    dataDir: '.data',
    inbox: null,
    jaeger: null,
  };
  return addressLines(addresses).find((line) => line.includes('PostgreSQL'))!;
}

it('a password that somebody set is not told', () => {
  const line = databaseLine({ DATABASE_URL: 'postgres://recho:hush@127.0.0.1:5432/recho' });
  expect(line).toContain('127.0.0.1:5432/recho');
  expect(line).not.toContain('hush');
});

it('that of the embedded PostgreSQL is told: psql wants it', () => {
  expect(databaseLine({})).toContain('recho:hush@');
});
