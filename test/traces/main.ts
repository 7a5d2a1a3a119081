import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabaseOn, processesOfRun, startPostgres, startScriptedReceiver, waitFor } from '#libs/testkit';
import { createApiClient, type ApiClient } from '../../tools/api-client.js';
import { startJaeger } from '../../tools/stack/jaeger.js';
import { freePort } from '../../tools/stack/ports.js';
import { startSystem, type Service } from '../harness/system.js';
import { faultsIn, RUNGS_MS, type Expected } from './expectations.js';
import { tracesOfCall, treeOf, type FoundSpan } from '../../tools/trace/jaeger-client.js';
import { runToEnd } from '../harness/run-to-end.js';

/*
 * An event that is retried twice and then delivered, one of the same call that waits behind it meanwhile, and one that is
 * given up and sent again: each found by its call id in a real Jaeger, and held against what happened.
 */

const CALL = 'traced-call-1';
/** The producer's own span. */
const PRODUCER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const LADDER = RUNGS_MS.map((ms) => `${ms}ms`).join(',');
const SPANS = 'spans arrive within seconds';

async function main(bin: string): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'recho-traces-'));
  const [otlpPort, queryPort] = [await freePort(), await freePort()];
  const jaeger = await startJaeger({ bin, dataDir, otlpPort, queryPort, runDir: processesOfRun() });
  const postgres = await startPostgres();
  const system = await startSystem(await createDatabaseOn(postgres.url), LADDER, {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${otlpPort}`,
    OTEL_BSP_SCHEDULE_DELAY: '200',
  });
  // Two times 503 for the first event; then all is well, until the call's last event, which is refused.
  const receiver = await startScriptedReceiver(({ ordinal }) => ({
    status: ordinal < 2 ? 503 : ordinal === 4 ? 400 : 200,
  }));
  try {
    const services: Service[] = [];
    for (const name of ['router', 'delivery-custom', 'recorder', 'api'] as const)
      services.push(await system.start(name));
    await Promise.all(services.map((service) => service.ready()));
    const api = createApiClient(`http://127.0.0.1:${services[3]!.port}`, system.adminToken);
    const project = await registered(api, receiver.url);
    const publish = eventsOf(api, system.adminToken, project);
    const first = await publish('OUTBOUND_CALL_CALLING', `00-${PRODUCER.traceId}-${PRODUCER.spanId}-01`);
    await publish('OUTBOUND_CALL_COMPLETED');
    await receiver.until(4, 30_000);
    // Nothing of the call is under way any more: its last event waits for nobody.
    const delivered = `/v1/projects/${project}/deliveries?status=delivered`;
    await waitFor('the history to have both', async () => (await api.list(delivered)).length === 2, {
      timeoutMs: 20_000,
    });
    await publish('OUTBOUND_CALL_ERROR');
    await receiver.until(5, 30_000);
    const dead = `/v1/projects/${project}/dead-letters`;
    await waitFor('the last event to be given up', async () => (await api.list(dead)).length === 1, {
      timeoutMs: 20_000,
    });
    await api.call('POST', `${dead}/redrive`, { filter: {} });
    await receiver.until(6, 30_000);

    const url = `http://127.0.0.1:${queryPort}`;
    let traces: FoundSpan[][] = [];
    const expected = expectations(first);
    const faults = (): string[] =>
      faultsIn(
        traces,
        expected,
        receiver.arrivals.map(({ headers }) => String(headers['traceparent'])),
      );
    await waitFor(
      SPANS,
      async () => {
        traces = await tracesOfCall(url, CALL);
        return faults().length === 0;
      },
      { timeoutMs: 20_000 },
    ).catch(() => undefined); // what is missing is told below
    for (const trace of traces) console.log([`trace ${trace[0]!.traceId}`, ...treeOf(trace), ''].join('\n'));
    for (const fault of faults()) console.log(`WRONG: ${fault}`);
    console.log(faults().length === 0 ? `${traces.length} traces of call ${CALL} are as they should be` : 'FAILED');
    return faults().length === 0 ? 0 : 1;
  } finally {
    await system.close();
    await receiver.close();
    await postgres.stop();
    await jaeger.stop(5000);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function registered(api: ApiClient, target: string): Promise<string> {
  const { id: project } = await api.call<{ id: string }>('POST', '/v1/projects', { name: 'Traced' });
  const settings = { name: 'Receiver', endpointType: 'CUSTOM', target };
  const { id } = await api.call<{ id: string }>('POST', `/v1/projects/${project}/endpoints`, settings);
  const types = ['OUTBOUND_CALL_CALLING', 'OUTBOUND_CALL_COMPLETED', 'OUTBOUND_CALL_ERROR'];
  await api.call('PUT', `/v1/projects/${project}/triggers`, {
    triggers: Object.fromEntries(types.map((type) => [type, [id]])),
  });
  return project;
}

/** Publishes over HTTP, as a producer that traces does. @returns the event's id. */
function eventsOf(api: ApiClient, token: string, project: string) {
  return async (eventType: string, traceparent?: string): Promise<string> => {
    const answer = await fetch(`${api.url}/v1/projects/${project}/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(traceparent && { traceparent }),
      },
      body: JSON.stringify({
        eventType,
        occurredAt: new Date().toISOString(),
        data: { callId: CALL, callStatus: 'X' },
      }),
    });
    if (answer.status !== 202) throw new Error(`the event was answered with ${answer.status}: ${await answer.text()}`);
    return ((await answer.json()) as { eventId: string }).eventId;
  };
}

function expectations(firstEvent: string): Expected[] {
  const [send, route] = ['api: send calls.events', 'router: route calls.events'];
  const record = 'recorder: record deliveries.attempts';
  const attempt = (n: number, verdict: string, status: number): string =>
    `delivery-custom: deliver CUSTOM, attempt ${n}, ${verdict}, ${status}`;
  const retried = [1, 2].map((rung) => `delivery-custom: wait, retry, rung ${rung}`);
  return [
    {
      what: 'the event that is retried twice',
      continues: PRODUCER,
      spans: [
        send,
        route,
        attempt(1, 'retry', 503),
        retried[0]!,
        attempt(2, 'retry', 503),
        retried[1]!,
        attempt(3, 'delivered', 200),
        record,
        record,
        record,
      ],
    },
    {
      what: 'the event behind it',
      behind: firstEvent,
      // Its record says that it waits, and that it was delivered.
      spans: [send, route, 'delivery-custom: wait, predecessor', attempt(1, 'delivered', 200), record, record],
    },
    { what: 'the event that is given up', spans: [send, route, attempt(1, 'refused', 400), record] },
    {
      what: 'the same, sent again',
      linked: true,
      spans: ['api: redrive deliveries.custom', attempt(1, 'delivered', 200), record],
    },
  ];
}

await runToEnd(() => main(process.env['JAEGER_BIN'] ?? 'jaeger'));
