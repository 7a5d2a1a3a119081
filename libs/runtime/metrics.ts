import { Controller, Get, Inject, Module, Res, type DynamicModule } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** Injects the process's prom-client registry. */
export const METRICS = Symbol('METRICS');

/** One registry a process, with Node's own metrics; every metric is labelled with the service. */
export function createMetrics(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** The part of Fastify's reply that is used here. */
interface Reply {
  type(contentType: string): Reply;
  send(body: string): unknown;
}

@Controller('metrics')
export class MetricsController {
  constructor(@Inject(METRICS) private readonly registry: Registry) {}

  @Get()
  async metrics(@Res() reply: Reply): Promise<void> {
    reply.type(this.registry.contentType).send(await this.registry.metrics());
  }
}

/** `GET /metrics`, and the registry for everyone who injects METRICS. */
@Module({})
export class MetricsModule {
  static forRoot(registry: Registry): DynamicModule {
    const provider = { provide: METRICS, useValue: registry };
    return {
      module: MetricsModule,
      global: true,
      controllers: [MetricsController],
      providers: [provider],
      exports: [provider],
    };
  }
}
