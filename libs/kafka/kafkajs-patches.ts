import { createRequire } from 'node:module';
import type ConsumerGroupClass from 'kafkajs/src/consumer/consumerGroup.js';
import type RequestQueueClass from 'kafkajs/src/network/requestQueue/index.js';

/** What a consumer wants to do around a (re)join of its group. */
export interface JoinHooks {
  /** Awaited before JoinGroup is sent: the coordinator waits for it, so no other member has our partitions yet. */
  beforeJoin(): Promise<void>;
  /** Awaited after SyncGroup and before the first fetch of the new generation. */
  afterJoin(group: ConsumerGroupClass): Promise<void>;
}

export const PINNED_KAFKAJS = '2.2.4';

/** By a consumer's own assigner object: the one thing of ours that kafkajs hands to its ConsumerGroup. */
const hooksByAssigner = new WeakMap<object, JoinHooks>();
let installed = false;

export function registerJoinHooks(assigner: object, hooks: JoinHooks): void {
  hooksByAssigner.set(assigner, hooks);
}

export interface KafkajsInternals {
  readonly version: string;
  readonly ConsumerGroup: typeof ConsumerGroupClass;
  readonly RequestQueue: typeof RequestQueueClass;
}

/** Installs both patches, once a process. @throws Error when kafkajs is not the version they were made for. */
export function installKafkajsPatches(): void {
  if (installed) return;
  const require = createRequire(import.meta.url);
  patchKafkajs({
    version: (require('kafkajs/package.json') as { version: string }).version,
    ConsumerGroup: require('kafkajs/src/consumer/consumerGroup.js') as typeof ConsumerGroupClass,
    RequestQueue: require('kafkajs/src/network/requestQueue/index.js') as typeof RequestQueueClass,
  });
  installed = true;
}

export function patchKafkajs({ version, ConsumerGroup, RequestQueue }: KafkajsInternals): void {
  const { joinAndSync } = ConsumerGroup.prototype;
  const { scheduleCheckPendingRequests } = RequestQueue.prototype;
  if (
    version !== PINNED_KAFKAJS ||
    typeof joinAndSync !== 'function' ||
    typeof scheduleCheckPendingRequests !== 'function'
  ) {
    throw new Error(
      `kafkajs is ${version}, and partitions are handed over safely only by the inside of ${PINNED_KAFKAJS} ` +
        '(ConsumerGroup.joinAndSync, RequestQueue.scheduleCheckPendingRequests): install exactly that version (npm ci)',
    );
  }

  // kafkajs has no revoke callback, but every way into a new generation goes through joinAndSync.
  ConsumerGroup.prototype.joinAndSync = async function (this: ConsumerGroupClass): Promise<void> {
    const hooks = this.assigners.map((assigner) => hooksByAssigner.get(assigner)).find((found) => found !== undefined);
    await hooks?.beforeJoin();
    await joinAndSync.call(this);
    await hooks?.afterJoin(this);
  };

  // With nothing pending the original asks for a timer in the past: Node 24 warns of it (TimeoutNegativeWarning) and
  // makes it a timer of 1 ms that asks for the next one, for ever.
  RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueueClass): void {
    if (this.pending.length > 0) scheduleCheckPendingRequests.call(this);
  };
}
