import { Controller, Get, Inject, Module, type DynamicModule, type OnModuleDestroy } from '@nestjs/common';
import { HealthCheck, HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus';
import type { Logger } from './logger.js';
import { Readiness, type ReadyState } from './readiness.js';

/** Injects the service's pino logger. */
export const LOGGER = Symbol('LOGGER');

/** `/health/live`: the process answers. `/health/ready`: it can do its work; 503 says in words why not. */
@Controller('health')
export class HealthController implements OnModuleDestroy {
  /** What was said last, so that the log tells each change once and not each probe. */
  private lastFaults = '';

  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get('live')
  @HealthCheck()
  live() {
    return this.health.check([]);
  }

  @Get('ready')
  @HealthCheck()
  async ready() {
    const states = [...(await this.readiness.states())];
    this.tellChanges(states);
    return this.health.check(
      states.map(([name, { up, detail }]) => () => {
        const indicator = this.indicators.check(name);
        return up ? indicator.up(detail ?? 'up') : indicator.down(detail ?? 'down');
      }),
    );
  }

  onModuleDestroy(): void {
    this.readiness.beginShutdown();
  }

  private tellChanges(states: [string, ReadyState][]): void {
    const down = states.filter(([, { up }]) => !up).map(([name]) => name);
    const faults = down.join(', ');
    if (faults === this.lastFaults) return;
    this.lastFaults = faults;
    if (down.length === 0) this.logger.info({}, 'ready');
    else
      this.logger.warn({ details: Object.fromEntries(states.map(([n, s]) => [n, s.detail])) }, `not ready: ${faults}`);
  }
}

@Module({})
export class HealthModule {
  static forRoot(readiness: Readiness, logger: Logger): DynamicModule {
    return {
      module: HealthModule,
      global: true,
      // Terminus would log every failed probe; the controller logs the changes.
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController],
      providers: [
        { provide: Readiness, useValue: readiness },
        { provide: LOGGER, useValue: logger },
      ],
      exports: [Readiness, LOGGER],
    };
  }
}
