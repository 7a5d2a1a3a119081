import { Module, type DynamicModule } from '@nestjs/common';
import { CONSUMER_DEFAULTS, createKafka, GroupConsumer, KafkaBatchStrategy, TOPICS } from '#libs/kafka';
import {
  answers,
  describeError,
  kafkaConnection,
  measureLag,
  memberOf,
  type ReadyCheck,
  type ServiceContext,
  type SettingsOf,
  Connections,
} from '#libs/runtime';
import {
  checkTables,
  createHistoryPool,
  DAY_MS,
  dropOldHistory,
  HistoryWriter,
  insertBreaker,
  oldestLanes,
  tellChanges,
} from '#libs/storage';
import { ChangeTeller } from './change-teller.js';
import { Housekeeping } from './housekeeping.js';
import { recorderMetrics } from './metrics.js';
import { measureOldestLanes } from './oldest-metrics.js';
import { RecorderController } from './recorder.controller.js';
import { BreakerRecorder, recordBreakers } from './record-breakers.js';
import { Recorder } from './recorder.js';
import type { recorderSettings } from './settings.js';

export const RECORDER_STRATEGY = Symbol('RECORDER_STRATEGY');
const GROUP = 'recorder';
const BREAKER_GROUP = 'recorder-breakers';

/** All partitions that one fetch may bring: what is handed in at the same time is written together. */
const CONCURRENCY = 64;
/**
 * Nobody waits for the history but people: so the broker gathers some hundred records before it answers, for at most
 * this long. Each row then costs Postgres and us a fraction of what it costs in batches of three or four.
 */
const GATHERED = { minBytes: 512 * 1024, maxWaitMs: 100 } as const;

/** People look at pages, and are told no more often than this that there is something new, in milliseconds. */
const TELL_EVERY_MS = 200;

@Module({})
export class RecorderModule {}

export function recorderModule(context: ServiceContext<SettingsOf<typeof recorderSettings>>): DynamicModule {
  const { settings, logger, metrics, tracing, readiness } = context;
  const clock = { retentionDays: settings.RETENTION_DAYS, now: Date.now };
  const pool = createHistoryPool(settings.DATABASE_URL, {
    // One for batches, two for housekeeping, one each for the ready check, metrics, telling of changes and breakers.
    size: 7,
    applicationName: 'recho-recorder',
  });
  const history = new HistoryWriter(pool, clock);
  const changes = new ChangeTeller({ tell: (projectIds) => tellChanges(pool, projectIds), pauseMs: TELL_EVERY_MS });
  const recorder = new Recorder({
    ...{ history, changes, metrics: recorderMetrics(metrics), log: logger, tracing },
    now: Date.now,
  });
  const strategy = new KafkaBatchStrategy({
    ...CONSUMER_DEFAULTS,
    ...GATHERED,
    concurrency: CONCURRENCY,
    kafka: createKafka({ ...kafkaConnection(settings), clientId: 'recorder', log: logger }),
    groupId: GROUP,
    log: logger,
    // Giving partitions back waits for the batches that are being written.
    lifecycle: { onAssigned: (assignment) => recorder.onAssigned(assignment) },
  });
  const breakers = new BreakerRecorder({
    consumer: new GroupConsumer({
      ...CONSUMER_DEFAULTS,
      kafka: createKafka({ ...kafkaConnection(settings), clientId: BREAKER_GROUP, log: logger }),
      groupId: BREAKER_GROUP,
      topics: [TOPICS.platform],
      log: logger,
      handlers: {
        onBatch: (batch) => recordBreakers(batch, { insert: (event) => insertBreaker(pool, event), log: logger }),
      },
    }),
  });
  const housekeeping = new Housekeeping({
    makeDays: () => history.days.ensure([clock.now(), clock.now() + DAY_MS]),
    dropOld: () => dropOldHistory(pool, clock),
    log: logger,
  });
  measureOldestLanes(metrics, { ask: () => oldestLanes(pool), now: () => performance.now() });
  measureLag(metrics, () => strategy.unwrap().lag());
  readiness.add(
    memberOf(GROUP, () => strategy.unwrap().state()),
    // A database that was not migrated is of no use.
    answers('postgres', () => checkTables(async (sql) => (await pool.query<object>(sql)).rows)),
    writesOf(recorder),
  );
  return {
    module: RecorderModule,
    controllers: [RecorderController],
    providers: [
      { provide: Recorder, useValue: recorder },
      { provide: Housekeeping, useValue: housekeeping },
      { provide: BreakerRecorder, useValue: breakers },
      { provide: RECORDER_STRATEGY, useValue: strategy },
      { provide: Connections, useValue: new Connections(() => [changes.close().then(() => pool.end())]) },
    ],
  };
}

function writesOf(recorder: Recorder): ReadyCheck {
  return {
    name: 'history',
    check: () => {
      const failing = recorder.state();
      if (failing === null) return { up: true };
      const since = new Date(failing.since).toISOString();
      return { up: false, detail: `cannot be written since ${since}: ${describeError(failing.error)}` };
    },
  };
}
