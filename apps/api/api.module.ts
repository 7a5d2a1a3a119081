import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { createBrokerProbe, createGroupSurvey, createKafka, createProducer } from '#libs/kafka';
import { answers, describeError, kafkaConnection, SecretBox, type ServiceContext, Connections } from '#libs/runtime';
import { ChangeListener, checkTables, createDataSource, Database, untilNextRedrive } from '#libs/storage';
import { ApiKeyStore } from './access/api-key-store.js';
import { AuditLog } from './access/audit-log.js';
import { KnownTokens } from './access/known-tokens.js';
import { ADMIN_TOKEN, TokenOwners } from './access/token-owners.js';
import { AuthGuard } from './auth.guard.js';
import { ChangeStreams } from './changes/change-streams.js';
import { measureStreams } from './changes/stream-metrics.js';
import { BearerTokenStore } from './credentials/bearer-token-store.js';
import { SigningKeyStore } from './credentials/signing-key-store.js';
import { DeadLetterService, REDRIVE_RATE } from './dead-letters/dead-letter-service.js';
import { RedriveRunner } from './dead-letters/redrive-runner.js';
import { redriveStep } from './dead-letters/redrive-step.js';
import { DeliveryHistory } from './deliveries/delivery-history.js';
import { EndpointStore, TARGET_RULES } from './endpoints/endpoint-store.js';
import { EventPublisher } from './events/event-publisher.js';
import { EventService, KEYED_DATABASE } from './events/event-service.js';
import { HealthService } from './health/health-service.js';
import { LaneCommands } from './lanes/lane-commands.js';
import { LaneService } from './lanes/lane-service.js';
import { ProblemFilter } from './problem.filter.js';
import { ProjectStore } from './projects/project-store.js';
import { RESEND_DEPS, ResendService } from './resend/resend-service.js';
import { CONTROLLERS } from './routes.js';
import { TRACE_URL } from './session/session.controller.js';
import { GROUP_SURVEY, ServicesService } from './services/services-service.js';
import { SESSION_TTL, SessionStore } from './session/session-store.js';
import { SignInLimit } from './session/sign-in-limit.js';
import type { ApiSettings } from './settings.js';
import { TriggerStore } from './triggers/trigger-store.js';

@Module({})
export class ApiModule {}

/** How long a caller waits for Kafka's acknowledgement before it is told to come again, in milliseconds. */
const KAFKA_WITHIN_MS = 4000;
/** A caller has long gone when a statement takes longer than this, in milliseconds. */
const STATEMENT_WITHIN_MS = 10_000;

/** Nothing here waits for Postgres or Kafka: the service starts without them, and its readiness says what is missing. */
export function apiModule({
  settings,
  logger,
  metrics,
  readiness,
  tracing,
}: ServiceContext<ApiSettings>): DynamicModule {
  const open = (applicationName: string, poolSize: number): Database => {
    const options = { applicationName, poolSize, statementTimeoutMs: STATEMENT_WITHIN_MS };
    return new Database(createDataSource(settings.DATABASE_URL, options), logger.child({ pool: applicationName }));
  };
  const database = open('recho-api', 10);
  const keyedDatabase = open('recho-api-keyed', 5);
  const redriveDatabase = open('recho-api-redrive', 2);
  const kafka = createKafka({ ...kafkaConnection(settings), clientId: 'api', log: logger });
  const producer = createProducer(kafka, logger, { maxRetryMs: KAFKA_WITHIN_MS });
  // For redrives and commands: what Kafka does not take of them must not hold up the events of others.
  const operatorProducer = createProducer(kafka, logger, { maxRetryMs: KAFKA_WITHIN_MS });
  const probe = createBrokerProbe(kafka);
  const survey = createGroupSurvey(kafka);
  const databases = [database, keyedDatabase, redriveDatabase];
  for (const one of databases) void one.connect();
  for (const one of [producer, operatorProducer]) {
    one
      .connect()
      .catch((error: unknown) => logger.error({ err: error }, `no connection to Kafka: ${describeError(error)}`));
  }
  const redriveDeps = {
    database: redriveDatabase,
    producer: operatorProducer,
    tracing,
    ratePerSecond: settings.REDRIVE_RATE,
  };
  const redriveRunner = new RedriveRunner({
    step: () => redriveStep(redriveDeps),
    untilNext: () => untilNextRedrive(redriveDatabase),
    log: logger,
  });
  const streams = new ChangeStreams();
  const listener = new ChangeListener({
    ...{ url: settings.DATABASE_URL, applicationName: 'recho-api-changes', log: logger },
    onChange: (projectIds) => streams.changed(projectIds),
  });
  listener.start();
  measureStreams(metrics, streams);
  readiness.add(
    answers('postgres', () => checkTables((sql) => database.query(sql))),
    answers('kafka', () => probe.ask()),
  );
  return {
    module: ApiModule,
    controllers: [...CONTROLLERS],
    providers: [
      ProjectStore,
      ApiKeyStore,
      KnownTokens,
      TokenOwners,
      SessionStore,
      { provide: SignInLimit, useValue: new SignInLimit(() => performance.now()) },
      { provide: SESSION_TTL, useValue: settings.SESSION_TTL },
      { provide: TRACE_URL, useValue: settings.TRACE_URL ?? null },
      AuditLog,
      EndpointStore,
      TriggerStore,
      BearerTokenStore,
      SigningKeyStore,
      DeliveryHistory,
      EventService,
      LaneService,
      HealthService,
      ServicesService,
      { provide: GROUP_SURVEY, useValue: survey },
      { provide: LaneCommands, useValue: new LaneCommands(operatorProducer) },
      DeadLetterService,
      ResendService,
      { provide: RESEND_DEPS, useValue: redriveDeps },
      { provide: ChangeStreams, useValue: streams },
      { provide: RedriveRunner, useValue: redriveRunner },
      { provide: REDRIVE_RATE, useValue: settings.REDRIVE_RATE },
      { provide: EventPublisher, useValue: new EventPublisher(producer, tracing) },
      { provide: KEYED_DATABASE, useValue: keyedDatabase },
      { provide: Database, useValue: database },
      { provide: SecretBox, useValue: new SecretBox(settings.SECRETS_KEY) },
      { provide: ADMIN_TOKEN, useValue: settings.ADMIN_TOKEN },
      {
        provide: TARGET_RULES,
        useValue: { allowHttp: settings.ALLOW_HTTP_TARGETS, allowPrivate: settings.ALLOW_PRIVATE_TARGETS },
      },
      { provide: APP_GUARD, useClass: AuthGuard },
      { provide: APP_FILTER, useClass: ProblemFilter },
      {
        provide: Connections,
        useValue: new Connections(() => [
          producer.close(),
          operatorProducer.close(),
          probe.close(),
          survey.close(),
          listener.close(),
          ...databases.map((one) => one.close()),
        ]),
      },
    ],
  };
}
