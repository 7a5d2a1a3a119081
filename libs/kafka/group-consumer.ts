import type { Cluster, Consumer, EachBatchPayload } from 'kafkajs';
import type ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';
import { ENDLESS_RETRY } from './client.js';
import { FailureLog } from './failure-log.js';
import type { GroupAssignment } from './group-assignment.js';
import type { ConsumerState, GroupConsumerOptions } from './group-consumer-options.js';
import { Heartbeats } from './heartbeats.js';
import { rejoin, toRecordBatch } from './kafkajs-batches.js';
import { registerHooks } from './kafkajs-patches.js';
import { paced } from './paced.js';
import { readAssignment, readEnds } from './read-assignment.js';
import { samePartitionAssigner } from './same-partition-assigner.js';
import { pause, within } from './timing.js';
import { Watch } from './watch.js';

/** The pauses before a consumer that ended is started again, and before a failed batch or join comes again. */
const RESTART_MS = 1000;
const FAILED_MS = 500;

/**
 * A member of a consumer group over kafkajs, with what kafkajs lacks: a revoke hook, commits fenced by the generation
 * they were made in, one owner for a partition number across topics, heartbeats that do not wait for handlers, and a
 * consumer that never ends silently.
 */
export class GroupConsumer {
  private consumer: Consumer | null = null;
  private group: ConsumerGroup | null = null;
  private cluster: Cluster | null = null;
  private assignment: GroupAssignment | null = null;
  /** Batches in the handler's hands. */
  private readonly running = new Set<Promise<void>>();
  /** Resolves when the last assignment is given back. */
  private givenBack: Promise<void> = Promise.resolve();
  /** kafkajs' first join, from when it may not be interrupted until it is done. */
  private joining: Promise<void> = Promise.resolve();
  private readonly heartbeats: Heartbeats;
  private readonly watch: Watch;
  private readonly failures: FailureLog;
  private stopping = false;
  private restarting: NodeJS.Timeout | null = null;
  /** Why the tenure that is just beginning must not. */
  private unwanted: Error | null = null;

  constructor(private readonly options: GroupConsumerOptions) {
    this.heartbeats = new Heartbeats(options.heartbeatIntervalMs);
    this.watch = new Watch({
      heartbeats: this.heartbeats,
      sessionTimeoutMs: options.sessionTimeoutMs,
      everyMs: options.heartbeatIntervalMs,
      onSilence: (why) => this.restart(why),
    });
    this.failures = new FailureLog(options.log);
  }

  /** Resolves when the group was joined for the first time; while Kafka is away it waits. Never rejects. */
  async start(): Promise<void> {
    const consumer = this.create();
    this.consumer = consumer;
    const { topics, log, groupId } = this.options;
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      // Stopped meanwhile: `stop` did not wait, Kafka may never have come.
      if (this.stopping) return await consumer.disconnect();
      this.joining = consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: this.options.concurrency,
        eachBatch: (payload) => this.handle(consumer, payload),
      });
      await this.joining;
    } catch (error) {
      log.error({ err: error, groupId }, 'the consumer could not start');
      this.down(consumer, error);
    }
  }

  private create(): Consumer {
    const consumer: Consumer = this.options.kafka.consumer({
      groupId: this.options.groupId,
      sessionTimeout: this.options.sessionTimeoutMs,
      rebalanceTimeout: this.options.rebalanceTimeoutMs,
      heartbeatInterval: this.options.heartbeatIntervalMs,
      maxWaitTimeInMs: this.options.maxWaitMs,
      minBytes: this.options.minBytes ?? 1,
      maxBytesPerPartition: this.options.maxBytesPerPartition,
      // kafkajs may not restart by itself: a restart must pass through `down`, so that nothing of the old tenure lives on.
      retry: { ...ENDLESS_RETRY, restartOnFailure: () => Promise.resolve(false) },
      partitionAssigners: [
        samePartitionAssigner((assigner, cluster) => {
          this.cluster = cluster;
          registerHooks(assigner, {
            beforeJoin: (group) => this.beforeJoin(consumer, group),
            afterJoin: (group) => this.afterJoin(consumer, group),
            joinFailed: (error) => this.joinFailed(error),
            beforeFetch: paced(this.options.fetchEveryMs ?? 0),
          });
        }),
      ],
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => this.down(consumer, payload.error));
    consumer.on(consumer.events.FETCH_START, ({ payload }) => {
      if (this.consumer === consumer) this.watch.fetchWanted(String(payload.nodeId));
    });
    consumer.on(consumer.events.FETCH, ({ payload }) => {
      if (this.consumer === consumer) this.watch.fetchAnswered(String(payload.nodeId));
    });
    // What kafkajs passes over by itself (transactions that were aborted, their markers) is read too.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { batchSize, ...batch } }) => {
      if (batchSize === 0) this.assignment?.passOver(batch);
    });
    return consumer;
  }

  /** Drains through `onRevoked` while still a member, then leaves the group. Does not wait for a Kafka that is away. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.restarting !== null) clearTimeout(this.restarting);
    await this.revoke();
    const { consumer } = this;
    try {
      // After that long the group has dropped us by itself.
      await within(this.options.sessionTimeoutMs, async () => {
        await this.joining;
        await consumer?.disconnect();
      });
    } catch (error) {
      this.options.log.warn({ err: error }, 'the consumer could not leave its group; the broker drops it by itself');
      void this.cluster?.disconnect(); // ends what kafkajs still tries
    }
    this.heartbeats.end();
    this.consumer = null;
  }

  /**
   * Gives the tenure up at once, as if the consumer had crashed (`onDown`, no `onRevoked`), leaves the group and joins it
   * anew after the usual pause: for who learns elsewhere that the partitions have another owner. Without a tenure
   * nothing is to be given up, but for one that is just beginning.
   */
  restart(why: Error): void {
    if (this.assignment === null) this.unwanted = why;
    else if (this.consumer !== null) this.down(this.consumer, why);
  }

  /** Stops fetching the partition; what was fetched already may still come. A new assignment has nothing paused. */
  pause(topic: string, partition: number): void {
    if (this.assignment !== null) this.group?.pause([{ topic, partitions: [partition] }]);
  }

  resume(topic: string, partition: number): void {
    if (this.assignment !== null) this.group?.resume([{ topic, partitions: [partition] }]);
  }

  /** See `ConsumerState`. Asked twice an attempt: it must cost nothing. */
  get heartbeatAgeMs(): number {
    return Date.now() - this.heartbeats.lastHeardAt;
  }

  state(): ConsumerState {
    const { heartbeatAgeMs } = this;
    return {
      joined: this.assignment !== null && heartbeatAgeMs < this.options.sessionTimeoutMs,
      heartbeatAgeMs,
      fetchAgeMs: this.watch.fetchAgeMs(),
      generation: this.assignment?.generation ?? null,
    };
  }

  /**
   * Records above the commits, by topic, of the partitions that this member owns; empty while it owns none.
   * @throws when Kafka does not answer.
   */
  async lag(): Promise<ReadonlyMap<string, number>> {
    const { assignment, group } = this;
    if (assignment === null || group === null) return new Map();
    return assignment.lag(await readEnds(group, group.assigned()));
  }

  private async beforeJoin(consumer: Consumer, group: ConsumerGroup): Promise<boolean> {
    if (this.consumer !== consumer) return group.generationId === null;
    await this.revoke();
    this.heartbeats.end();
    // A group that was never joined cannot be left; kafkajs leaves it right after.
    return !this.stopping || group.generationId === null;
  }

  private async joinFailed(error: unknown): Promise<boolean> {
    if (this.stopping || (error as { retriable?: boolean }).retriable !== true) return false;
    this.options.log.warn({ err: error }, 'the group cannot be joined yet; trying again');
    await pause(FAILED_MS);
    return !this.stopping;
  }

  /** Also when it is under way already: whoever wants to join or leave waits for the same drain. */
  private revoke(): Promise<void> {
    const { assignment } = this;
    if (assignment !== null) {
      this.assignment = null;
      this.watch.end();
      this.givenBack = this.giveBack(assignment);
    }
    return this.givenBack;
  }

  private async giveBack(assignment: GroupAssignment): Promise<void> {
    const { handlers, log, rebalanceTimeoutMs } = this.options;
    try {
      await within(rebalanceTimeoutMs, async () => {
        await Promise.allSettled(this.running);
        await handlers.onRevoked?.(assignment);
      });
    } catch (error) {
      log.error({ err: error }, 'giving partitions back failed; their next owner starts from the last commit');
    }
    assignment.end();
    this.failures.forget();
  }

  private async afterJoin(consumer: Consumer, group: ConsumerGroup): Promise<boolean> {
    if (this.stopping || this.consumer !== consumer) return true;
    try {
      // A partition that was paused for an earlier assignment would stay so, and nobody knows any more.
      group.resume(group.paused());
      await this.heartbeats.begin(group);
      const assignment = await readAssignment(group);
      this.unwanted = null;
      await this.options.handlers.onAssigned?.(assignment);
      this.refuseUnwanted();
      this.group = group;
      this.assignment = assignment;
      this.watch.begin(group);
      // Stopped meanwhile, with nothing to give back yet: now there is.
      if (this.stopping) await this.revoke();
      return true;
    } catch (error) {
      this.options.log.error({ err: error }, 'partitions could not be taken over; joining the group again');
      await pause(FAILED_MS);
      return this.stopping;
    }
  }

  private refuseUnwanted(): void {
    const { unwanted } = this;
    if (unwanted === null) return;
    this.options.handlers.onDown?.(unwanted);
    throw unwanted;
  }

  private down(consumer: Consumer, error: unknown): void {
    if (this.stopping || this.consumer !== consumer) return;
    const { log, groupId, handlers } = this.options;
    log.error({ err: error, groupId, restartMs: RESTART_MS }, 'the consumer ended; it is started again');
    this.assignment?.end();
    this.assignment = null;
    this.consumer = null;
    this.heartbeats.end();
    this.watch.end();
    handlers.onDown?.(error);
    void consumer.disconnect().catch(() => undefined); // it ended already: what it says on the way out is not news
    this.restarting = setTimeout(() => void this.start(), RESTART_MS);
  }

  private async handle(consumer: Consumer, { batch, resolveOffset }: EachBatchPayload): Promise<void> {
    const assignment = this.consumer === consumer ? this.assignment : null;
    const { topic, partition } = batch;
    // Being given back: kafkajs may go on (to join or to leave) when that is done, and has not read this batch.
    if (assignment === null) return this.givenBack;
    const first = Number((batch as unknown as { fetchedOffset: string }).fetchedOffset);
    // Batches fetched in an older generation, and positions that kafkajs reset by itself (offset out of range), would
    // be read at the wrong place: joining again reads every position from the commits.
    if (!assignment.expects(topic, partition, first)) {
      this.options.log.warn(
        { topic, partition, first },
        'a batch is not where reading should go on; joining the group again',
      );
      throw rejoin();
    }
    // Also what a handler throws at once is its promise's.
    const work = (async () => this.options.handlers.onBatch(toRecordBatch(batch, assignment)))();
    this.running.add(work);
    try {
      await work;
    } catch (error) {
      // A raw error in a handler would make kafkajs end the consumer for good.
      this.failures.failed(`${topic}/${partition}`, error, { topic, partition, offset: first });
      await pause(FAILED_MS);
      return;
    } finally {
      this.running.delete(work);
    }
    this.failures.worked(`${topic}/${partition}`);
    // Given back meanwhile: kafkajs' position may be another assignment's by now.
    if (this.assignment !== assignment) return;
    resolveOffset(batch.lastOffset());
    assignment.moveTo(topic, partition, Number(batch.lastOffset()) + 1);
  }
}
