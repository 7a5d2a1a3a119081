import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Job } from '#libs/contracts';
import { HEADERS, partitionOf, TOPICS } from '#libs/kafka';
import { uniqueName, waitFor } from '#libs/testkit';
import { createApiClient, type ApiClient } from '../../tools/api-client.js';
import { eventRecord, registerCustomer } from '../harness/customer.js';
import type { Exchange } from '../harness/exchange.js';
import { judgeLanes, NO_FAULTS } from '../harness/lane-oracle.js';
import { preciseNow, startLaneReceiver, type Answer, type LaneReceiver } from '../harness/lane-receiver.js';
import { describeTimes, print, quantile } from '../harness/print.js';
import { PARTITIONS, startSystem, type System } from '../harness/system.js';

/** Oracles: judgeLanes over what the receiver saw and when, the dead-letter topic, and the API. */

const LADDER_MS = [1000, 2000, 3000, 4000, 5000, 6000];
const TERMS = { ladder: LADDER_MS, timeoutMs: 10_000 };

let system: System;
let client: ApiClient;
let receiver: LaneReceiver;
let answerOf: (exchange: Exchange, earlier: number) => number;

beforeAll(async () => {
  system = await startSystem(undefined, LADDER_MS.map((ms) => `${ms}ms`).join(','));
  receiver = await startLaneReceiver(1, (exchange, earlier): Answer => {
    return { type: 'status', status: answerOf(exchange, earlier), delayMs: 0 };
  });
  const names = ['api', 'recorder', 'router', 'delivery-custom'] as const;
  const [api, ...others] = await Promise.all(names.map((name) => system.start(name)));
  await Promise.all([api!, ...others].map((service) => service.ready()));
  client = createApiClient(`http://127.0.0.1:${api!.port}`, system.adminToken);
}, 60_000);
afterAll(async () => {
  await system?.close();
  receiver?.close();
}, 60_000);

const exchangesOf = (...callIds: readonly string[]): readonly Exchange[] =>
  receiver.exchanges.filter(({ callId }) => callIds.includes(callId));

describe('a receiver that always fails', () => {
  it("sees seven attempts at the ladder's distances, then its event is a dead letter and the next one gets its own", async () => {
    answerOf = () => 503;
    const { projectId } = await registerCustomer(system.databaseUrl, receiver.urls);
    const callId = uniqueName('call');
    const events = [`${callId}/1`, `${callId}/2`];
    await system.produce(events.map((eventId) => eventRecord(projectId, callId, eventId)));
    await waitFor('both to have failed', () => receiver.ended === events.length, { timeoutMs: 60_000 });

    const seen = exchangesOf(callId);
    const verdict = judgeLanes(new Map([[callId, events]]), 1, seen, TERMS);
    print(`retries after 1, 2, 3, 4, 5 and 6 s are late by ${describeTimes(verdict.retryLateness)}`);
    expect(verdict).toMatchObject({ faults: NO_FAULTS, dead: 2, adjacentRepeats: 0 });
    expect(seen.map(({ eventId, attempt }) => `${eventId} ${attempt}`)).toEqual(
      events.flatMap((eventId) => [1, 2, 3, 4, 5, 6, 7].map((attempt) => `${eventId} ${attempt}`)),
    );
    const ids = events.map(
      (eventId) => new Set(seen.filter((one) => one.eventId === eventId).map((one) => one.deliveryId)),
    );
    expect(ids.map((set) => set.size)).toEqual([1, 1]);

    const isOurs = ({ key }: { readonly key: string | null }): boolean => key === callId;
    const found = await system.records(TOPICS.dlq('custom'), (records) => records.filter(isOurs).length === 2);
    for (const [index, { value, headers }] of found.filter(isOurs).entries()) {
      const attempts = seen.filter(({ eventId }) => eventId === events[index]);
      expect((JSON.parse(String(value)) as Job).event.eventId).toBe(events[index]);
      expect(headers).toMatchObject({
        [HEADERS.deliveryId]: attempts[0]?.deliveryId,
        [HEADERS.reason]: 'http_503: the endpoint answered 503',
        [HEADERS.attempts]: '7',
        [HEADERS.lastStatus]: '503',
      });
      // The attempt began before its request arrived, and by less than the shortest rung.
      for (const [name, attempt] of [
        [HEADERS.firstAttemptAt, attempts[0]!],
        [HEADERS.lastAttemptAt, attempts.at(-1)!],
      ] as const) {
        const before = attempt.arrivedAt - Date.parse(headers[name]!);
        expect([name, before > -5 && before < LADDER_MS[0]!]).toEqual([name, true]);
      }
    }

    const shown = await waitFor('the API to show both', async () => {
      const rows = await client.list<{ id: string }>(`/v1/projects/${projectId}/dead-letters`);
      return rows.length === 2 && rows;
    });
    expect(new Set(shown.map(({ id }) => id))).toEqual(new Set(ids.flatMap((set) => [...set])));
    for (const row of shown) {
      expect(row).toMatchObject({
        callId,
        status: 'dead_lettered',
        attemptCount: 7,
        reason: expect.stringMatching(/^http_503/),
      });
    }
  }, 90_000);
});

describe('a head that fails twice', () => {
  const FOLLOWERS = 10;
  const NEIGHBOURS = 20;
  const EVERY_MS = 20;

  it('is followed in order when it succeeds, and other calls of its partition do not wait for it', async () => {
    const { projectId } = await registerCustomer(system.databaseUrl, receiver.urls);
    const callId = uniqueName('call');
    const partition = partitionOf(callId, PARTITIONS);
    const neighbours = callsOf(partition, NEIGHBOURS);
    const head = `${callId}/0`;
    answerOf = ({ eventId }, earlier) => (eventId === head && earlier < 2 ? 503 : 200);

    const undisturbed = await latencies(projectId, neighbours, 'before', () => false);
    const events = Array.from({ length: 1 + FOLLOWERS }, (_, index) => `${callId}/${index}`);
    await system.produce(events.map((eventId) => eventRecord(projectId, callId, eventId)));
    const isOver = (): boolean => exchangesOf(callId).length >= events.length + 2;
    const disturbed = await latencies(projectId, neighbours, 'beside', isOver);
    await waitFor('the followers', isOver, { timeoutMs: 20_000 });

    const seen = exchangesOf(callId);
    expect(seen.map(({ eventId, attempt }) => `${eventId} ${attempt}`)).toEqual([
      ...[1, 2, 3].map((attempt) => `${head} ${attempt}`),
      ...events.slice(1).map((eventId) => `${eventId} 1`),
    ]);
    expect(judgeLanes(new Map([[callId, events]]), 1, seen, TERMS).faults).toEqual(NO_FAULTS);
    const gaps = seen.slice(3).map(({ arrivedAt }, index) => arrivedAt - seen[2 + index]!.arrivedAt);
    print(`${FOLLOWERS} followers, each after the one before it by ${describeTimes(gaps)}`);
    const [p99, p99Before] = [disturbed, undisturbed].map((ms) =>
      quantile(
        ms.toSorted((a, b) => a - b),
        0.99,
      ),
    );
    print(
      `other calls of the partition: ${describeTimes(undisturbed)} before, ${describeTimes(disturbed)} beside it; ` +
        `p99 ${(p99! / p99Before!).toFixed(2)} times`,
    );
  }, 60_000);

  /** Publishes an event every 20 ms to calls in turn, 150 of them and until it is over; how long each took to arrive. */
  async function latencies(
    projectId: string,
    callIds: readonly string[],
    name: string,
    isOver: () => boolean,
  ): Promise<readonly number[]> {
    const sentAt = new Map<string, number>();
    const startedAt = performance.now();
    for (let n = 0; n < 150 || (name === 'beside' && !isOver()); n++) {
      const callId = callIds[n % callIds.length]!;
      const eventId = `${callId}/${name}-${n}`;
      await waitFor('the next tick', () => performance.now() >= startedAt + n * EVERY_MS);
      sentAt.set(eventId, preciseNow());
      await system.produce([eventRecord(projectId, callId, eventId)]);
    }
    const theirs = (): readonly Exchange[] => receiver.exchanges.filter(({ eventId }) => sentAt.has(eventId));
    await waitFor('all of them', () => theirs().length === sentAt.size);
    return theirs().map(({ eventId, arrivedAt }) => arrivedAt - sentAt.get(eventId)!);
  }
});

/** Names of calls whose events are on that partition. */
function callsOf(partition: number, count: number): readonly string[] {
  const calls: string[] = [];
  while (calls.length < count) {
    const callId = uniqueName('neighbour');
    if (partitionOf(callId, PARTITIONS) === partition) calls.push(callId);
  }
  return calls;
}
