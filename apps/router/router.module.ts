import { Module, type DynamicModule } from '@nestjs/common';
import {
  checkEqualPartitions,
  CONSUMER_DEFAULTS,
  createKafka,
  createProducer,
  KafkaBatchStrategy,
  KINDS,
  TOPICS,
} from '#libs/kafka';
import {
  kafkaConnection,
  measureLag,
  memberOf,
  type ServiceContext,
  type SettingsOf,
  Connections,
} from '#libs/runtime';
import { settingsReady, SettingsSnapshot } from '#libs/storage';
import { routerMetrics } from './metrics.js';
import { RouterController } from './router.controller.js';
import { Router } from './router.js';
import type { routerSettings } from './settings.js';

export const ROUTER_STRATEGY = Symbol('ROUTER_STRATEGY');
const GROUP = 'router';

/** Everything that a job can be written to, and where it comes from: one partition number must mean one call in all. */
const TOPICS_IN_STEP = [TOPICS.events, TOPICS.rejected, ...KINDS.map((kind) => TOPICS.jobs(kind))];

@Module({})
export class RouterModule {}

export function routerModule(context: ServiceContext<SettingsOf<typeof routerSettings>>): DynamicModule {
  const { settings, logger, metrics, tracing, readiness } = context;
  const kafka = createKafka({ ...kafkaConnection(settings), clientId: 'router', log: logger });
  const snapshot = new SettingsSnapshot({ url: settings.DATABASE_URL, applicationName: 'recho-router', log: logger });
  const producer = createProducer(kafka, logger);
  // Waits for Kafka when that is away; unequal topics end the process, with the words of checkEqualPartitions.
  const ready = Promise.all([producer.connect(), checkEqualPartitions(kafka, TOPICS_IN_STEP), snapshot.start()]);
  // Whoever waits for it handles its failure; this one does not, so that it ends the process.
  void ready.then(() => undefined);
  const router = new Router({
    settings: snapshot,
    metrics: routerMetrics(metrics),
    log: logger,
    send: async (records) => {
      await ready;
      await producer.send(records);
    },
    tracing,
    now: Date.now,
  });
  const strategy = new KafkaBatchStrategy({
    ...CONSUMER_DEFAULTS,
    kafka,
    groupId: GROUP,
    log: logger,
    lifecycle: {
      onAssigned: (assignment) => router.onAssigned(assignment),
      onRevoked: (assignment) => router.onRevoked(assignment),
    },
  });
  measureLag(metrics, () => strategy.unwrap().lag());
  readiness.add(
    memberOf(GROUP, () => strategy.unwrap().state()),
    settingsReady(() => snapshot.state()),
  );
  return {
    module: RouterModule,
    controllers: [RouterController],
    providers: [
      { provide: Router, useValue: router },
      { provide: ROUTER_STRATEGY, useValue: strategy },
      { provide: Connections, useValue: new Connections(() => [producer.close(), snapshot.close()]) },
    ],
  };
}
