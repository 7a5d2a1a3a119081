import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { createDatabase, startSmtpServer, waitFor } from '#libs/testkit';
import { createApiClient } from '../../tools/api-client.js';
import { playAllDestinations } from '../../tools/demo/all-destinations.js';
import { DEMO_PROJECT_ID } from '../../tools/demo/demo-project.js';
import { registerCustomer } from '../harness/customer.js';
import { judgeLanes } from '../harness/lane-oracle.js';
import { startLaneReceiver } from '../harness/lane-receiver.js';
import { startLoad } from '../harness/load.js';
import { PARTITIONS, startSystem, type Service, type ServiceName, type System } from '../harness/system.js';
import { allowedInProduction } from './allowed.js';
import { setUp, unpack } from './packaged.js';
import { runToEnd } from '../harness/run-to-end.js';

/*
 * What production runs, as the manifests run it: from the packed folder, with NODE_ENV=production, as a user who owns nothing.
 * Every service is ready soon, each kind of destination is reached, all of them are ended under load and end in time, and
 * what came of it is whole and in order. And none needed more memory than it may have.
 */

const SERVICES: readonly ServiceName[] = [
  ...(['router', 'delivery-slack', 'delivery-teams', 'delivery-email', 'delivery-custom', 'recorder', 'api'] as const),
];
const READY_WITHIN_MS = 5000;
const ENDPOINTS = 2;
const LADDER_MS = [500, 1000, 1500, 2000, 3000, 4000];
const TERMS = { ladder: LADDER_MS, timeoutMs: 10_000 };
/** Receivers answer within this. */
const SLOWEST_MS = 400;

const startedAt = performance.now();
const faults: string[] = [];
const say = (text: string): void =>
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${text}`);
const wrong = (text: string): void => {
  faults.push(text);
  say(`WRONG: ${text}`);
};

async function main(): Promise<void> {
  const allowed = allowedInProduction();
  const build = unpack();
  say(`the services run ${build.how}`);
  const databaseUrl = await createDatabase();
  await setUp(build, 'migrate', { DATABASE_URL: databaseUrl });
  const mails = await startSmtpServer();
  const system = await startSystem(databaseUrl, LADDER_MS.map((ms) => `${ms}ms`).join(','), {
    NODE_ENV: 'production',
    SMTP_URL: mails.url,
  });
  await setUp(build, 'topics', { KAFKA_BROKERS: system.kafka.brokers, PARTITIONS: String(PARTITIONS) });
  const receiver = await startLaneReceiver(ENDPOINTS, () => ({
    type: 'status',
    status: 200,
    delayMs: Math.random() * SLOWEST_MS,
  }));
  const start = (name: ServiceName): Promise<Service> => system.start(name, {}, build);
  try {
    const services: Service[] = [];
    for (const name of SERVICES) services.push(await startInTime(() => start(name)));
    await reachAll(system, services.at(-1)!.port);
    say(`${mails.received.length} mail in the inbox`);

    const { projectId } = await registerCustomer(databaseUrl, receiver.urls);
    const load = startLoad(system, projectId, { rate: 200, calls: 200 });
    await waitFor('the load to be under way', () => receiver.exchanges.length > 2000, { timeoutMs: 60_000 });
    const peaks = services.map(({ name, child }) => ({ name, miB: peakMiB(child.pid) }));
    say('SIGTERM to all of them, under load');
    await Promise.all(services.map((service) => drains(service, allowed(service.name).drainMs)));
    const before = load.total;
    const again = await Promise.all(SERVICES.map(start));
    await Promise.all(again.map((service) => service.ready()));
    const published = await load.stop();
    say(`${published.total - before} events came meanwhile`);
    const deliveries = published.total * ENDPOINTS;
    await waitFor('all deliveries', () => receiver.ended === deliveries, { timeoutMs: 60_000 }).catch(() => undefined);
    judge(judgeLanes(published.emitted, ENDPOINTS, receiver.exchanges, TERMS));

    peaks.push(...again.map(({ name, child }) => ({ name, miB: peakMiB(child.pid) })));
    for (const name of SERVICES) {
      const most = Math.max(...peaks.filter((peak) => peak.name === name).map(({ miB }) => miB));
      const { memoryMiB } = allowed(name);
      say(`${name.padEnd(16)}at most ${most.toFixed(0)} MiB of ${memoryMiB}`);
      if (!(most < memoryMiB)) wrong(`${name} took ${most.toFixed(0)} MiB; the manifests allow ${memoryMiB}`);
    }
  } finally {
    await system.close();
    receiver.close();
    await mails.close();
  }
}

/** A machine that was busy for a moment gets a second chance. */
async function startInTime(start: () => Promise<Service>): Promise<Service> {
  for (let chance = 2; ; chance -= 1) {
    const from = performance.now();
    const service = await start();
    await service.ready();
    const ms = performance.now() - from;
    say(`${service.name.padEnd(16)}ready after ${seconds(ms)}`);
    const within = READY_WITHIN_MS * slowdown();
    if (ms <= within) return service;
    if (chance === 1) {
      wrong(`${service.name} was twice not ready within ${seconds(within)}`);
      return service;
    }
    await service.stop();
  }
}

/** How many times longer everything takes because others run here, too: 1 on a machine that has the cores for its work. */
function slowdown(): number {
  return Math.max(1, loadavg()[0]! / availableParallelism());
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

async function reachAll(system: System, port: number): Promise<void> {
  const api = createApiClient(`http://127.0.0.1:${port}`, system.adminToken);
  await api.call('POST', '/v1/projects', { id: DEMO_PROJECT_ID, name: 'Smoke' });
  const stop = new AbortController().signal;
  const { receiver, missing } = await playAllDestinations({ api, inbox: 'the one of this run', say, stop });
  receiver.close();
  for (const name of missing) wrong(`the endpoint ${name} got nothing`);
}

async function drains(service: Service, withinMs: number): Promise<void> {
  const from = performance.now();
  await service.stop();
  const { code, signal } = await service.child.exited;
  const ms = performance.now() - from;
  say(`${service.name.padEnd(16)}ended with ${code ?? signal} after ${seconds(ms)}`);
  if (code !== 0) wrong(`${service.name} ended with ${code ?? signal}: ${service.child.lastLines(3).join(' | ')}`);
  if (ms > withinMs) wrong(`${service.name} took ${ms.toFixed(0)} ms to end; the manifests give it ${withinMs}`);
}

function judge(verdict: ReturnType<typeof judgeLanes>): void {
  const { delivered, deliveries, adjacentRepeats } = verdict;
  say(`${delivered} of ${deliveries} deliveries made, ${adjacentRepeats} repeated next to their original`);
  if (delivered !== deliveries) wrong(`${deliveries - delivered} deliveries were not made`);
  for (const [kind, found] of Object.entries(verdict.faults))
    for (const one of found as readonly string[]) wrong(`${kind}: ${one}`);
}

/** The kernel's own account of the most that was resident (proc_pid_status(5)). */
function peakMiB(pid: number): number {
  const kB = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kB) / 1024;
}

await runToEnd(async () => {
  await main();
  say(faults.length === 0 ? 'the packed services are as they should be' : `${faults.length} faults`);
  return faults.length === 0 ? 0 : 1;
});
