import type { BeforeApplicationShutdown, DynamicModule, InjectionToken } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Registry } from 'prom-client';
import type { z } from 'zod';
import { VERSION } from '#libs/contracts';
import { HealthModule } from './health.js';
import { createLogger, NestLoggerAdapter, type Logger } from './logger.js';
import { createMetrics, MetricsModule } from './metrics.js';
import { dieOfUncaught, leaveOnSignal, refuseToStart, type Surroundings } from './process-life.js';
import { Readiness } from './readiness.js';
import type { commonSettings } from './setting-groups.js';
import { loadSettings, type Environment, type SettingsOf } from './settings.js';
import { measureReadiness } from './state-metrics.js';
import { warnOfTargets } from './target-warning.js';
import { traceBudget } from './trace-budget.js';
import { noTracing, type Tracing } from './tracing.js';
import { cutUnusedOnClose } from './unused-connections.js';

/** What a service's module is built from. */
export interface ServiceContext<Settings> {
  readonly name: string;
  readonly settings: Settings;
  /** Also injectable: LOGGER. */
  readonly logger: Logger;
  /** Add metrics here; `GET /metrics` shows them. Also injectable: METRICS. */
  readonly metrics: Registry;
  readonly tracing: Tracing;
  /** Add what the service needs; `GET /health/ready` tells. Also injectable: Readiness. */
  readonly readiness: Readiness;
}

type ServiceSchema = z.ZodObject<typeof commonSettings>;

export interface ServiceDefinition<Schema extends ServiceSchema> {
  /** Names the service in logs and metrics. */
  readonly name: string;
  /** Made by defineSettings, with commonSettings in it. */
  readonly settings: Schema;
  module(context: ServiceContext<SettingsOf<Schema>>): DynamicModule | Promise<DynamicModule>;
  port(settings: SettingsOf<Schema>): number;
  /** The provider that is the service's transport strategy (a KafkaBatchStrategy). */
  readonly strategy?: InjectionToken<CustomTransportStrategy>;
  /** Fastify's options, such as bodyLimit. */
  readonly http?: ConstructorParameters<typeof FastifyAdapter>[0];
  /** Filters, guards, OpenAPI: before anything listens. */
  prepare?(app: NestFastifyApplication, context: ServiceContext<SettingsOf<Schema>>): void | Promise<void>;
}

/**
 * Runs a service: `main.ts` is this one call. HTTP answers before the consumer joins, so that readiness can say what is
 * awaited, and until the consumer has drained, so that it can say that the service is leaving.
 *
 * What ends the process: wrong settings (exit 78, all faults on standard error), a start that fails (1), an error
 * nobody caught (1), SIGTERM or SIGINT (0; or 1 after SHUTDOWN_TIMEOUT). Shutdown runs Nest's hooks in order:
 * `onModuleDestroy`, the strategy's `close()`, `beforeApplicationShutdown`, HTTP closes, `onApplicationShutdown`.
 *
 * @returns the application, or null when it could not start.
 */
export async function startService<Schema extends ServiceSchema>(
  definition: ServiceDefinition<Schema>,
  surroundings: Surroundings = process,
): Promise<NestFastifyApplication | null> {
  const { name } = definition;
  let logger: Logger | undefined;
  try {
    const settings = loadSettings(definition.settings, surroundings.env);
    logger = createLogger({ service: name, level: settings.LOG_LEVEL });
    dieOfUncaught(surroundings, logger);
    warnOfTargets(logger, settings);
    const tracing = await createTracing(name, settings, surroundings.env);
    const context = { name, settings, logger, metrics: createMetrics(name), tracing, readiness: new Readiness() };
    measureReadiness(context.metrics, context.readiness);
    const app = await createApp(definition, context);
    leaveOnSignal(surroundings, {
      logger,
      timeoutMs: settings.SHUTDOWN_TIMEOUT,
      begin: () => context.readiness.beginShutdown(),
      close: async () => {
        await app.close();
        await tracing.close();
      },
    });
    await app.listen(definition.port(settings), settings.HOST);
    await app.startAllMicroservices();
    logger.info({ url: await app.getUrl(), node: process.version, pid: process.pid }, 'started');
    return app;
  } catch (error) {
    refuseToStart(surroundings, name, error, logger);
    return null;
  }
}

/** The SDK is only loaded when there is somewhere to send spans to. */
async function createTracing(
  service: string,
  { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, TRACES_PER_SECOND: perSecond }: SettingsOf<ServiceSchema>,
  env: Environment,
): Promise<Tracing> {
  if (endpoint === undefined || env['OTEL_SDK_DISABLED'] === 'true') return noTracing();
  const { otelTracing } = await import('./otel-tracing.js');
  const budget = traceBudget(perSecond, () => performance.now());
  return otelTracing({ service, version: VERSION, env, budget });
}

async function createApp<Schema extends ServiceSchema>(
  definition: ServiceDefinition<Schema>,
  context: ServiceContext<SettingsOf<Schema>>,
): Promise<NestFastifyApplication> {
  const { logger, metrics, readiness } = context;
  const drain = new Drain();
  const root: DynamicModule = {
    module: ServiceModule,
    imports: [
      HealthModule.forRoot(readiness, logger),
      MetricsModule.forRoot(metrics),
      await definition.module(context),
    ],
    providers: [{ provide: Drain, useValue: drain }],
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, new FastifyAdapter(definition.http), {
    logger: new NestLoggerAdapter(logger),
    abortOnError: false,
  });
  cutUnusedOnClose(app);
  if (definition.strategy !== undefined) {
    const strategy = app.get(definition.strategy);
    app.connectMicroservice({ strategy });
    drain.strategy = strategy;
  }
  await definition.prepare?.(app, context);
  return app;
}

/** The root: its shutdown hooks run before those of the modules it imports. */
class ServiceModule {}

/** Nest would close HTTP first and the consumer after it: nobody could see why a draining service takes its time. */
class Drain implements BeforeApplicationShutdown {
  strategy: CustomTransportStrategy | null = null;

  async beforeApplicationShutdown(): Promise<void> {
    await this.strategy?.close();
  }
}
