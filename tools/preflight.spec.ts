/** Each thing that `npm start` cannot do without is missed in one sentence that says what to do. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './stack/ports.js';
import { REPOSITORY } from './stack/repository.js';

interface Preflight {
  readonly ADDRESSES: { readonly setting: string; readonly port: number }[];
  nodeFault(version?: string): string | null;
  folderFault(root: string): string | null;
  javaFault(env: object): string | null;
  choosePorts(env: object): Promise<{ ports: Record<string, string>; fault: string | null }>;
}

/** It is plain JavaScript, for it runs before anything is installed. */
const { ADDRESSES, nodeFault, folderFault, javaFault, choosePorts } = (await import(
  join(REPOSITORY, 'tools', 'preflight.mjs')
)) as Preflight;

/** Every setting at a port that is free. */
async function freePorts(): Promise<Record<string, string>> {
  return Object.fromEntries(
    await Promise.all(ADDRESSES.map(async ({ setting }) => [setting, String(await freePort())] as const)),
  );
}

test('a port in use is named, with its service and the setting that moves it', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const env = { ...(await freePorts()), RECORDER_HEALTH_PORT: String(port) };
  expect((await choosePorts(env)).fault).toBe(
    `Port ${port}, for the recorder's health, is in use: end the program that listens there, or choose another port with RECORDER_HEALTH_PORT.`,
  );
  await new Promise((resolve) => server.close(resolve));
  // Whether this machine has a Jaeger decides nothing here.
  expect(await choosePorts({ ...env, JAEGER_BIN: process.execPath })).toEqual({ ports: env, fault: null });
});

test('a Kafka or a database of your own needs no port of ours', async () => {
  const env = { ...(await freePorts()), KAFKA_PORT: 'none', POSTGRES_PORT: 'none' };
  expect((await choosePorts(env)).fault).toBe('KAFKA_PORT is "none": set it to a port, 1 to 65535.');
  const own = { ...env, KAFKA_BROKERS: 'k:9092', DATABASE_URL: 'postgres://d' };
  const { ports, fault } = await choosePorts(own);
  expect(fault).toBeNull();
  expect(Object.keys(ports)).not.toContain('KAFKA_PORT');
});

test('two services at one port are told of both settings', async () => {
  const ports = await freePorts();
  const { fault } = await choosePorts({ ...ports, ROUTER_HEALTH_PORT: ports['API_PORT'] });
  expect(fault).toBe(`ROUTER_HEALTH_PORT and API_PORT are both ${ports['API_PORT']}: give them different ports.`);
});

test('an old Node is told which one is needed', () => {
  expect(nodeFault('18.19.0')).toContain('Node 18.19.0 is too old: install Node 20 or newer');
  expect(nodeFault('20.0.0')).toBeNull();
});

test('a folder that cannot be used is named', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'preflight-'));
  expect(folderFault(dir)).toBeNull();
  const file = join(dir, 'a-file');
  await writeFile(file, '');
  expect(folderFault(file)).toContain(`${file} cannot be read and written (`);
  await rm(dir, { recursive: true });
});

test('without a java on the PATH it is said what to install, unless a Kafka is there already', () => {
  const env = { PATH: '/nowhere' };
  expect(javaFault(env)).toMatch(/^Kafka needs Java 17 or newer, and there is no java on the PATH: install it/);
  expect(javaFault({ ...env, KAFKA_BROKERS: 'k:9092' })).toBeNull();
  expect(javaFault(process.env)).toBeNull();
});
