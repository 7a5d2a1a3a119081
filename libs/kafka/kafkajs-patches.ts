import { createRequire } from 'node:module';
import kafkajs from 'kafkajs';
import type BrokerPoolClass from 'kafkajs/src/cluster/brokerPool.js';
import type ConsumerGroupClass from 'kafkajs/src/consumer/consumerGroup.js';
import type RequestQueueClass from 'kafkajs/src/network/requestQueue/index.js';
import { fetchInSessions, type FetchingBroker } from './fetch-in-sessions.js';
import { writeInFront, type Encoder as KafkajsEncoder } from './wire/encoded-request.js';
import type { FetchRequest } from './wire/fetch-request.js';
import {
  exchangeFetch,
  FETCH_VERSION,
  PRODUCE_VERSION,
  writeProduce,
  type RequestKind,
} from './wire/kafkajs-protocol.js';
import type { ProduceRequest } from './wire/produce-request.js';

/** What a consumer wants to do around a (re)join of its group, and around its fetches. */
export interface ConsumerHooks {
  /**
   * Awaited before JoinGroup is sent: the coordinator waits for it, so no other member has our partitions yet.
   * False: we are leaving, the group is not joined again.
   */
  beforeJoin(group: ConsumerGroupClass): Promise<boolean>;
  /** Awaited after SyncGroup and before the first fetch of the new generation. False: join again. */
  afterJoin(group: ConsumerGroupClass): Promise<boolean>;
  /** True: try again (the coordinator is starting, or away). False: the consumer ends with the error. */
  joinFailed(error: unknown): Promise<boolean>;
  /** Awaited before a fetch from the broker is put together. */
  beforeFetch(nodeId: string): Promise<void> | void;
}

export const PINNED_KAFKAJS = '2.2.4';

/** By a consumer's own assigner object: the one thing of ours that kafkajs hands to its ConsumerGroup. */
const hooksByAssigner = new WeakMap<object, ConsumerHooks>();
let installed = false;

export function registerHooks(assigner: object, hooks: ConsumerHooks): void {
  hooksByAssigner.set(assigner, hooks);
}

export interface KafkajsInternals {
  readonly ConsumerGroup: { readonly prototype: Partial<Pick<ConsumerGroupClass, 'joinAndSync' | 'fetch'>> };
  readonly BrokerPool: {
    readonly prototype: Partial<Pick<BrokerPoolClass, 'connect' | 'disconnect' | 'createSeedBroker'>>;
  };
  readonly RequestQueue: { readonly prototype: Partial<Pick<RequestQueueClass, 'scheduleCheckPendingRequests'>> };
  readonly Broker: { readonly prototype: Partial<FetchingBroker> };
  readonly Encoder: { readonly prototype: Partial<KafkajsEncoder> };
  readonly Produce: RequestKind<ProduceRequest>;
  readonly Fetch: RequestKind<FetchRequest>;
}

/** Installs the patches, once a process. @throws Error when kafkajs is not the version they were made for. */
export function installKafkajsPatches(): void {
  if (installed) return;
  const require = createRequire(import.meta.url);
  patchKafkajs((require('kafkajs/package.json') as { version: string }).version, () => ({
    ConsumerGroup: require('kafkajs/src/consumer/consumerGroup.js') as typeof ConsumerGroupClass,
    BrokerPool: require('kafkajs/src/cluster/brokerPool.js') as typeof BrokerPoolClass,
    RequestQueue: require('kafkajs/src/network/requestQueue/index.js') as typeof RequestQueueClass,
    Broker: require('kafkajs/src/broker/index.js') as { prototype: FetchingBroker },
    Encoder: require('kafkajs/src/protocol/encoder.js') as { prototype: KafkajsEncoder },
    Produce: require('kafkajs/src/protocol/requests/produce/index.js') as RequestKind<ProduceRequest>,
    Fetch: require('kafkajs/src/protocol/requests/fetch/index.js') as RequestKind<FetchRequest>,
  }));
  installed = true;
}

/** @param load called for the right version only: another may not have these files at all. */
export function patchKafkajs(version: string, load: () => KafkajsInternals): void {
  if (version !== PINNED_KAFKAJS) throw unfit(`is ${version}`);
  const { ConsumerGroup, BrokerPool, RequestQueue, Broker, Encoder, Produce, Fetch } = load();
  wrapJoin(ConsumerGroup);
  wrapFetch(ConsumerGroup);
  endTryingAfterDisconnect(BrokerPool);
  avoidTimersInThePast(RequestQueue);
  if (!writeProduce(Produce, Date.now)) throw unfit(`does not speak Produce up to version ${PRODUCE_VERSION}`);
  if (!exchangeFetch(Fetch)) throw unfit(`does not speak Fetch up to version ${FETCH_VERSION}`);
  if (!writeInFront(Encoder)) throw unfit('has no Encoder.writeEncoder');
  if (!fetchInSessions(Broker, Fetch)) throw unfit('has no Broker.fetch');
}

function wrapJoin({ prototype }: KafkajsInternals['ConsumerGroup']): void {
  const { joinAndSync } = prototype;
  if (joinAndSync === undefined) throw unfit('has no ConsumerGroup.joinAndSync');
  const joining = new WeakMap<object, Promise<void>>();
  // kafkajs has no revoke callback, but every way into a new generation goes through joinAndSync.
  prototype.joinAndSync = function (this: ConsumerGroupClass): Promise<void> {
    const hooks = hooksOf(this);
    if (hooks === undefined) return joinAndSync.call(this);
    // With several brokers, several fetchers may find out at the same time that the group has to be joined again.
    const pending = joining.get(this) ?? joinWith(hooks, this, joinAndSync).finally(() => joining.delete(this));
    joining.set(this, pending);
    return pending;
  };
}

function hooksOf({ assigners }: ConsumerGroupClass): ConsumerHooks | undefined {
  return assigners.map((assigner) => hooksByAssigner.get(assigner)).find((found) => found !== undefined);
}

function wrapFetch({ prototype }: KafkajsInternals['ConsumerGroup']): void {
  const { fetch } = prototype;
  if (fetch === undefined) throw unfit('has no ConsumerGroup.fetch');
  prototype.fetch = async function (this: ConsumerGroupClass, nodeId: string): Promise<unknown[]> {
    await hooksOf(this)?.beforeFetch(nodeId);
    return fetch.call(this, nodeId);
  };
}

async function joinWith(
  hooks: ConsumerHooks,
  group: ConsumerGroupClass,
  joinAndSync: () => Promise<void>,
): Promise<void> {
  for (;;) {
    if (!(await hooks.beforeJoin(group))) return;
    try {
      await joinAndSync.call(group);
    } catch (error) {
      if (await hooks.joinFailed(error)) continue;
      throw ending(error);
    }
    if (await hooks.afterJoin(group)) return;
  }
}

/**
 * An error without a word on whether to try again makes kafkajs go on fetching in the generation that was just given
 * back, and join no more: nobody would be handed what it reads.
 */
function ending(error: unknown): unknown {
  const { retriable } = error as { retriable?: boolean };
  if (retriable === false) return error;
  return Object.assign(new kafkajs.KafkaJSNonRetriableError(error as Error), { cause: error });
}

/**
 * kafkajs tries to reach a broker that is away for ever, also after it was told to disconnect: the process would not
 * end, and what was closed would be back when the broker is. A pool that was disconnected stays so (we connect none
 * again).
 */
function endTryingAfterDisconnect({ prototype }: KafkajsInternals['BrokerPool']): void {
  const { connect, disconnect, createSeedBroker } = prototype;
  if (connect === undefined || disconnect === undefined || createSeedBroker === undefined) {
    throw unfit('has no BrokerPool.connect, disconnect and createSeedBroker');
  }
  const closed = new WeakSet<object>();
  const failIfClosed = (pool: object): void => {
    if (closed.has(pool)) throw new kafkajs.KafkaJSNonRetriableError('this client of Kafka was closed');
  };
  prototype.disconnect = function (this: BrokerPoolClass): Promise<void> {
    closed.add(this);
    return disconnect.call(this);
  };
  prototype.connect = async function (this: BrokerPoolClass): Promise<void> {
    failIfClosed(this);
    await connect.call(this);
    if (closed.has(this)) await disconnect.call(this);
    failIfClosed(this);
  };
  // Called between two tries.
  prototype.createSeedBroker = async function (this: BrokerPoolClass): Promise<void> {
    failIfClosed(this);
    await createSeedBroker.call(this);
  };
}

/**
 * With nothing pending the original asks for a timer in the past: Node 24 warns of it (TimeoutNegativeWarning) and
 * makes it a timer of 1 ms that asks for the next one, for ever.
 */
function avoidTimersInThePast({ prototype }: KafkajsInternals['RequestQueue']): void {
  const { scheduleCheckPendingRequests } = prototype;
  if (scheduleCheckPendingRequests === undefined) throw unfit('has no RequestQueue.scheduleCheckPendingRequests');
  prototype.scheduleCheckPendingRequests = function (this: RequestQueueClass): void {
    if (this.pending.length > 0) scheduleCheckPendingRequests.call(this);
  };
}

function unfit(what: string): Error {
  return new Error(
    `kafkajs ${what}, and partitions are handed over safely only by the inside of ${PINNED_KAFKAJS}: ` +
      'install exactly that version (npm ci)',
  );
}
