import { createRequire } from 'node:module';
import type ConsumerGroupClass from 'kafkajs/src/consumer/consumerGroup.js';
import type RequestQueueClass from 'kafkajs/src/network/requestQueue/index.js';

/** What a consumer wants to do around a (re)join of its group. */
export interface JoinHooks {
  /**
   * Awaited before JoinGroup is sent: the coordinator waits for it, so no other member has our partitions yet.
   * False: we are leaving, the group is not joined again.
   */
  beforeJoin(group: ConsumerGroupClass): Promise<boolean>;
  /** Awaited after SyncGroup and before the first fetch of the new generation. False: join again. */
  afterJoin(group: ConsumerGroupClass): Promise<boolean>;
  /** True: try again (the coordinator is starting, or away). False: the consumer ends with the error. */
  joinFailed(error: unknown): Promise<boolean>;
}

export const PINNED_KAFKAJS = '2.2.4';

/** By a consumer's own assigner object: the one thing of ours that kafkajs hands to its ConsumerGroup. */
const hooksByAssigner = new WeakMap<object, JoinHooks>();
let installed = false;

export function registerJoinHooks(assigner: object, hooks: JoinHooks): void {
  hooksByAssigner.set(assigner, hooks);
}

export interface KafkajsInternals {
  readonly ConsumerGroup: { readonly prototype: Partial<Pick<ConsumerGroupClass, 'joinAndSync'>> };
  readonly RequestQueue: { readonly prototype: Partial<Pick<RequestQueueClass, 'scheduleCheckPendingRequests'>> };
}

/** Installs both patches, once a process. @throws Error when kafkajs is not the version they were made for. */
export function installKafkajsPatches(): void {
  if (installed) return;
  const require = createRequire(import.meta.url);
  patchKafkajs((require('kafkajs/package.json') as { version: string }).version, () => ({
    ConsumerGroup: require('kafkajs/src/consumer/consumerGroup.js') as typeof ConsumerGroupClass,
    RequestQueue: require('kafkajs/src/network/requestQueue/index.js') as typeof RequestQueueClass,
  }));
  installed = true;
}

/** @param load called for the right version only: another may not have these files at all. */
export function patchKafkajs(version: string, load: () => KafkajsInternals): void {
  if (version !== PINNED_KAFKAJS) throw unfit(`is ${version}`);
  const { ConsumerGroup, RequestQueue } = load();
  const { joinAndSync } = ConsumerGroup.prototype;
  const { scheduleCheckPendingRequests } = RequestQueue.prototype;
  if (typeof joinAndSync !== 'function') throw unfit('has no ConsumerGroup.joinAndSync');
  if (typeof scheduleCheckPendingRequests !== 'function') {
    throw unfit('has no RequestQueue.scheduleCheckPendingRequests');
  }

  const joining = new WeakMap<object, Promise<void>>();
  // kafkajs has no revoke callback, but every way into a new generation goes through joinAndSync.
  ConsumerGroup.prototype.joinAndSync = function (this: ConsumerGroupClass): Promise<void> {
    const hooks = this.assigners.map((assigner) => hooksByAssigner.get(assigner)).find((found) => found !== undefined);
    if (hooks === undefined) return joinAndSync.call(this);
    // With several brokers, several fetchers may find out at the same time that the group has to be joined again.
    const pending = joining.get(this) ?? joinWith(hooks, this, joinAndSync).finally(() => joining.delete(this));
    joining.set(this, pending);
    return pending;
  };

  // With nothing pending the original asks for a timer in the past: Node 24 warns of it (TimeoutNegativeWarning) and
  // makes it a timer of 1 ms that asks for the next one, for ever.
  RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueueClass): void {
    if (this.pending.length > 0) scheduleCheckPendingRequests.call(this);
  };
}

async function joinWith(hooks: JoinHooks, group: ConsumerGroupClass, joinAndSync: () => Promise<void>): Promise<void> {
  for (;;) {
    if (!(await hooks.beforeJoin(group))) return;
    try {
      await joinAndSync.call(group);
    } catch (error) {
      if (await hooks.joinFailed(error)) continue;
      throw error;
    }
    if (await hooks.afterJoin(group)) return;
  }
}

function unfit(what: string): Error {
  return new Error(
    `kafkajs ${what}, and partitions are handed over safely only by the inside of ${PINNED_KAFKAJS}: ` +
      'install exactly that version (npm ci)',
  );
}
