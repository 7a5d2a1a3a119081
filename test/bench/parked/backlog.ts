import { readFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { Client } from 'pg';
import { waitFor } from '#libs/testkit';
import { eventRecord, registerCustomer } from '../../harness/customer.js';
import { startSystem } from '../../harness/system.js';
import { startSwitchedReceiver } from './receiver.js';

export interface BacklogResult {
  readonly heads: number;
  readonly followers: number;
  /** Of the delivery service, in MiB: with the heads parked, at its most while the followers came, and while they drained. */
  readonly before: number;
  readonly peakParking: number;
  readonly peakDraining: number;
  readonly parkedPerSecond: number;
  readonly drainedPerSecond: number;
  readonly disorder: number;
}

/** Long enough to park everything behind the first attempts. */
const LADDER = '60s,60s,60s,60s,60s,60s';
const BATCH = 2000;

/** `heads` calls whose first event fails, `followers` behind them; then the endpoint heals and all of it drains. */
export async function measureBacklog(
  { heads, followers }: { readonly heads: number; readonly followers: number },
  say: (text: string) => void,
): Promise<BacklogResult> {
  const system = await startSystem(undefined, LADDER);
  const receiver = await startSwitchedReceiver(false);
  const client = new Client({ connectionString: system.databaseUrl });
  await client.connect();
  const count = async (table: 'lanes' | 'parked_jobs'): Promise<number> => {
    const { rows } = await client.query<{ n: number }>(`SELECT count(*)::integer AS n FROM ${table}`);
    return rows[0]!.n;
  };
  try {
    const { projectId } = await registerCustomer(system.databaseUrl, [receiver.url]);
    const [, delivery] = await Promise.all([system.start('router'), system.start('delivery-custom')]);
    await delivery.ready();
    const memory = watchMemory(delivery.child.pid);
    const publish = async (from: number, to: number): Promise<void> => {
      for (let start = from; start < to; start += BATCH) {
        const records = Array.from({ length: Math.min(BATCH, to - start) }, (_, index) => {
          const at = start + index;
          const callId = `call-${at % heads}`;
          return eventRecord(projectId, callId, `${callId}#${Math.floor(at / heads)}`);
        });
        await system.produce(records);
      }
    };
    await publish(0, heads);
    await waitFor('lanes to be written', async () => (await count('lanes')) === heads, { timeoutMs: 300_000 });
    await after(3000); // what is garbage may go
    const before = memory.now();
    memory.restart();
    say(`${heads} heads are parked, ${before.toFixed(0)} MiB; ${followers} followers are published`);
    const parkingAt = performance.now();
    await publish(heads, heads + followers);
    await waitFor('parked_jobs to be written', async () => (await count('parked_jobs')) === heads + followers, {
      timeoutMs: 300_000,
    });
    const parkedPerSecond = followers / ((performance.now() - parkingAt) / 1000);
    const peakParking = memory.peak();
    say(`all are parked, ${peakParking.toFixed(0)} MiB at most; the endpoint heals`);
    memory.restart();
    receiver.heal();
    receiver.mark();
    await waitFor('all to be delivered', () => receiver.delivered === heads + followers, { timeoutMs: 600_000 });
    const seconds = (performance.now() - receiver.firstSinceMark!) / 1000;
    await waitFor('lanes to be written', async () => (await count('lanes')) === 0, { timeoutMs: 300_000 });
    return {
      heads,
      followers,
      before,
      peakParking,
      peakDraining: memory.peak(),
      parkedPerSecond,
      drainedPerSecond: (heads + followers) / seconds,
      disorder: receiver.disorder().length,
    };
  } finally {
    await client.end();
    await system.close();
    receiver.close();
  }
}

/** Resident memory of a process, as Linux tells it, in MiB. */
function watchMemory(pid: number) {
  const now = (): number =>
    Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  let peak = 0;
  setInterval(() => (peak = Math.max(peak, safely(now))), 100).unref();
  return {
    now,
    peak: () => peak,
    restart: () => (peak = 0),
  };
}

function safely(read: () => number): number {
  try {
    return read();
  } catch {
    return 0; // it has ended
  }
}
