import {
  Controller,
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type Type,
} from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import {
  checkEqualPartitions,
  checkLadder,
  CONSUMER_DEFAULTS,
  createKafka,
  createProducer,
  KafkaBatchStrategy,
  TOPICS,
  type OutgoingRecord,
  type RecordBatch,
} from '#libs/kafka';
import {
  kafkaConnection,
  measureLag,
  memberOf,
  SecretBox,
  withNamedFields,
  type deliveryServiceSettings,
  type ServiceContext,
} from '#libs/runtime';
import { createLanePool, PgLaneStore, settingsReady, SettingsSnapshot } from '#libs/storage';
import type { z } from 'zod';
import type { Destination } from './destination.js';
import { EndpointHealths } from './endpoint-healths.js';
import { endpointMetrics } from './endpoint-metrics.js';
import { endpointSettings } from './endpoint-settings.js';
import { DeliveryEngine } from './engine.js';
import { logBreaker } from './breaker-line.js';
import { deliveryMetrics } from './metrics.js';
import { breakerEvent, shareEvent } from './tell-breaker.js';

export const DELIVERY_STRATEGY = Symbol('DELIVERY_STRATEGY');

/** How long a hand-over to another member may wait for attempts in flight, in milliseconds. */
const REBALANCE_DRAIN_MS = 2000;
/** One for writes, which are made one after the other, and one for reading heads. */
const LANE_CONNECTIONS = 2;

/** No breaker opens on failures of less time, in milliseconds. */
const FAILING_FOR_MS = 5000;
/** How long Kafka may take to be told of a breaker, in milliseconds. */
const PLATFORM_EVENT_MS = 10_000;

/** What the settings of every delivery service have. */
export type DeliverySettings = Readonly<z.output<z.ZodObject<ReturnType<typeof deliveryServiceSettings>>>>;

/** A room, and what of it must be closed when nothing is sent any more. */
export interface Room<Request> {
  readonly destination: Destination<Request>;
  close(): Promise<void>;
}

/** A delivery service is this engine around one room. */
export function deliveryModule<Request>(
  { settings, logger, metrics, tracing, readiness }: ServiceContext<DeliverySettings>,
  room: Room<Request>,
): DynamicModule {
  const { kind } = room.destination;
  const groupId = `delivery-${kind}`;
  const kafka = createKafka({ ...kafkaConnection(settings), clientId: groupId, log: logger });
  const producer = createProducer(kafka, logger);
  // One of its own: a topic that is missing must not hold up what is delivered.
  const platformProducer = createProducer(kafka, logger, { maxRetryMs: PLATFORM_EVENT_MS });
  const secrets = new SecretBox(settings.SECRETS_KEY);
  const snapshot = new SettingsSnapshot({
    url: settings.DATABASE_URL,
    applicationName: `recho-${groupId}`,
    log: logger,
    onLoaded: () => engine.onSettings(),
  });
  const ladder = settings.RETRY_LADDER;
  const read = [TOPICS.jobs(kind), ...ladder.map((_, index) => TOPICS.retry(kind, index + 1)), TOPICS.commands(kind)];
  const topics = [...read, TOPICS.dlq(kind), TOPICS.attempts];
  const lanePool = createLanePool(settings.DATABASE_URL, {
    size: LANE_CONNECTIONS,
    applicationName: `recho-${groupId}-lanes`,
  });
  // Waits for Kafka when that is away; unequal topics end the process, with the words of checkEqualPartitions.
  const ready = Promise.all([
    producer.connect(),
    platformProducer.connect(),
    checkLadder(kafka, kind, ladder.length).then(() => checkEqualPartitions(kafka, topics)),
    snapshot.start(),
  ]);
  // Whoever waits for it handles its failure; this one does not, so that it ends the process.
  void ready.then(() => undefined);

  // What cannot be told is in the log; the next probe tells again.
  const tellPlatform = (event: OutgoingRecord): void =>
    void platformProducer.send([event]).catch((error: unknown) => {
      logger.warn({ err: error, topic: TOPICS.platform }, 'Kafka was not told how an endpoint does');
    });
  const wholeShare = settings.MAX_IN_FLIGHT_PER_ENDPOINT;
  const health = new EndpointHealths(
    { maxInFlight: wholeShare, failuresToOpen: settings.BREAKER_FAILURES, failingForMs: FAILING_FOR_MS, ladder },
    (change) => {
      countBreaker(change);
      logBreaker(logger, kind, change);
      tellPlatform(breakerEvent(kind, change, wholeShare));
    },
    (change) => tellPlatform(shareEvent(kind, change, wholeShare)),
  );
  const countBreaker = endpointMetrics(metrics, kind, () => health.counts());
  const engine: DeliveryEngine = new DeliveryEngine(
    {
      kind,
      attempt: {
        room: room.destination as Destination<unknown>,
        settings: endpointSettings(snapshot, (sealed) => secrets.decrypt(sealed)),
        ownership: { heartbeatAgeMs: () => strategy.unwrap().heartbeatAgeMs },
        sessionTimeoutMs: CONSUMER_DEFAULTS.sessionTimeoutMs,
        now: () => Date.now(),
        tracing,
        onFault: (error, { job }) =>
          logger.error(
            { err: error, deliveryId: job.deliveryId, endpointId: job.endpoint.id },
            'an attempt failed by a fault of ours; it is made again and spends no retry',
          ),
      },
      ladder,
      lanes: new PgLaneStore(lanePool, kind),
      maxInFlight: settings.MAX_IN_FLIGHT,
      health,
      metrics: deliveryMetrics(metrics, kind, () => engine.laneCounts),
      log: logger,
      attemptLog: withNamedFields(logger),
      send: async (records) => {
        await ready;
        await producer.send(records);
      },
      pause: (topic, partition) => strategy.unwrap().pause(topic, partition),
      resume: (topic, partition) => strategy.unwrap().resume(topic, partition),
      lost: (why) => strategy.unwrap().restart(why),
    },
    { rebalanceMs: REBALANCE_DRAIN_MS, shutdownMs: settings.DELIVERY_TIMEOUT },
  );
  const strategy: KafkaBatchStrategy = new KafkaBatchStrategy({
    ...CONSUMER_DEFAULTS,
    kafka,
    groupId,
    log: logger,
    lifecycle: {
      onAssigned: async (assignment) => {
        await ready;
        engine.onAssigned(assignment);
      },
      onRevoked: () => engine.onRevoked(),
      onDown: () => engine.onDown(),
    },
  });
  measureLag(metrics, () => strategy.unwrap().lag());
  readiness.add(
    memberOf(groupId, () => strategy.unwrap().state()),
    settingsReady(() => snapshot.state()),
    lanesReady(() => engine.waitsForStore),
  );

  const close = (): Promise<unknown> =>
    Promise.all([producer.close(), platformProducer.close(), snapshot.close(), lanePool.end(), room.close()]);
  return {
    module: DeliveryModule,
    controllers: [controllerOf(read)],
    providers: [
      { provide: DeliveryEngine, useValue: engine },
      { provide: DELIVERY_STRATEGY, useValue: strategy },
      { provide: Shutdown, useValue: new Shutdown(engine, close) },
    ],
  };
}

@Module({})
class DeliveryModule {}

/** @param topics everything that the engine reads: Nest hands each one's batches to the same method. */
function controllerOf(topics: readonly string[]): Type {
  @Controller()
  class DeliveryController {
    constructor(@Inject(DeliveryEngine) private readonly engine: DeliveryEngine) {}

    @EventPattern<string[]>([...topics])
    accept(@Payload() batch: RecordBatch): void {
      this.engine.accept(batch);
    }
  }
  return DeliveryController;
}

/** A ready check: down while lanes wait for Postgres. */
function lanesReady(waitsFor: () => Error | null) {
  return {
    name: 'parked-lanes',
    check: (): { up: boolean; detail: string } => {
      const why = waitsFor();
      return why === null ? { up: true, detail: 'Postgres answers' } : { up: false, detail: why.message };
    },
  };
}

/** The consumer's last drain, between these two, may take its time; what it drains into is closed after it. */
class Shutdown implements OnModuleDestroy, OnApplicationShutdown {
  constructor(
    private readonly engine: DeliveryEngine,
    private readonly close: () => Promise<unknown>,
  ) {}

  onModuleDestroy(): void {
    this.engine.prepareShutdown();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }
}
