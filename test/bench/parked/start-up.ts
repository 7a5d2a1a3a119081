import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { laneIdOf, type Job } from '#libs/contracts';
import { waitFor } from '#libs/testkit';
import { createLanePool, PgLaneStore, type FencedWrite } from '#libs/storage';
import { eventRecord, registerCustomer } from '../../harness/customer.js';
import { PARTITIONS, startSystem } from '../../harness/system.js';
import { startSwitchedReceiver } from './receiver.js';

export interface StartUpResult {
  /** Postgres' part: raising the epochs, reading the lanes, making them, as the service logs it. */
  readonly takenOverMs: number;
  /** From the service's being assigned its partitions to the first request at the receiver. */
  readonly firstAttemptMs: number;
  readonly memoryMiB: number;
}

const AT_ONCE = 2000;
const HOUR_MS = 3_600_000;

/**
 * A delivery service that starts with many parked lanes: their wake-ups `out` (and an event of another call that waits to
 * be attempted), or `none` out, so that all of them are to be resumed.
 */
export async function measureStartUp(
  { lanes, wakeUps }: { readonly lanes: number; readonly wakeUps: 'out' | 'none' },
  say: (text: string) => void,
): Promise<StartUpResult> {
  const system = await startSystem();
  const receiver = await startSwitchedReceiver(true);
  try {
    const { projectId, endpointIds } = await registerCustomer(system.databaseUrl, [receiver.url]);
    await park(system.databaseUrl, projectId, endpointIds[0]!, lanes, wakeUps === 'out');
    say(`${lanes} lanes are parked`);
    const router = await system.start('router');
    await router.ready();
    if (wakeUps === 'out') await system.produce([eventRecord(projectId, 'fresh', 'fresh#0')]);
    receiver.mark();
    const delivery = await system.start('delivery-custom');
    const isTold = (): string | undefined =>
      delivery.child.lastLines(50).find((one) => one.includes('partitions are taken over'));
    const line = await waitFor('the partitions to be taken over', isTold, { timeoutMs: 60_000 });
    const first = await waitFor('the first attempt', () => receiver.firstSinceMark, { timeoutMs: 60_000 });
    // Its log and this process read the same wall clock.
    const { time, ms } = JSON.parse(line) as { time: string | number; ms: number };
    const assignedAt = new Date(time).getTime() - ms;
    const firstAt = performance.timeOrigin + first;
    const memoryMiB =
      Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${delivery.child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    return { takenOverMs: ms, firstAttemptMs: firstAt - assignedAt, memoryMiB };
  } finally {
    await system.close();
    receiver.close();
  }
}

async function park(
  databaseUrl: string,
  projectId: string,
  endpointId: string,
  lanes: number,
  isOut: boolean,
): Promise<void> {
  const pool = createLanePool(databaseUrl, { size: 1, applicationName: 'bench' });
  const store = new PgLaneStore(pool, 'custom');
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  const taken = await store.takeOver(partitions);
  const dueAt = Date.now() + HOUR_MS;
  const row = isOut ? { attempts: 1, wakeUp: { rung: 1, dueAt } } : { attempts: 0, wakeUp: null };
  const trouble = { reason: 'http_503: the endpoint answered 503', status: 503, firstAttemptAt: Date.now() };
  for (let start = 0; start < lanes; start += AT_ONCE) {
    await store.write(
      Array.from({ length: Math.min(AT_ONCE, lanes - start) }, (_, index): FencedWrite => {
        const partition = (start + index) % PARTITIONS;
        const callId = `call-${start + index}`;
        const laneId = laneIdOf('custom', partition, endpointId, callId);
        const job = jobOf(projectId, endpointId, callId);
        const parked = { id: job.deliveryId, offset: start + index, job, bytes: 1000, mark: null, traceparent: null };
        const { epoch } = taken.get(partition)!;
        return { type: 'park', partition, epoch, lane: { laneId, endpointId, callId }, row, trouble, jobs: [parked] };
      }),
    );
  }
  await pool.end();
}

function jobOf(projectId: string, endpointId: string, callId: string): Job {
  return {
    v: 1,
    deliveryId: randomUUID(),
    endpoint: {
      id: endpointId,
      name: 'Endpoint',
      endpointType: 'CUSTOM',
      target: 'http://127.0.0.1',
      contentKey: null,
    },
    authType: 'NONE',
    event: {
      eventId: `${callId}#0`,
      projectId,
      eventType: 'OUTBOUND_CALL_CALLING',
      occurredAt: new Date().toISOString(),
      data: { callId, callStatus: 'CALLING', callSid: null, clientId: null },
      errors: [],
    },
    receivedAt: Date.now(),
    configVersion: 1,
  };
}
