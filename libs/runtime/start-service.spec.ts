import { afterEach, describe, expect, it } from '@jest/globals';
import { Inject, Injectable, type DynamicModule } from '@nestjs/common';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { EventEmitter, once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Counter, type Registry } from 'prom-client';
import { ServiceError } from './errors.js';
import { METRICS } from './metrics.js';
import { commonSettings, databaseSettings, healthSettings } from './setting-groups.js';
import { defineSettings } from './settings.js';
import { startService, type ServiceContext, type ServiceDefinition } from './start-service.js';

/*
 * Services run here in this process, in surroundings of their own: signals are emitted, exits are recorded. Oracles: what
 * HTTP answers, the order in which hooks were called, the exit code, what stands on standard error.
 */

const settings = defineSettings({ ...commonSettings, ...healthSettings(0) });
type Definition = ServiceDefinition<typeof settings>;

const running: NestFastifyApplication[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.close()));
});

/** A process of the test's own. */
class Machine extends EventEmitter {
  readonly env: Record<string, string>;
  readonly exits: number[] = [];
  printed = '';
  readonly stderr = { write: (text: string) => (this.printed += text) };

  constructor(env: Record<string, string> = {}) {
    super();
    this.env = { LOG_LEVEL: 'silent', HEALTH_PORT: '0', ...env };
  }

  exit(code: number): void {
    this.exits.push(code);
    this.emit('exited', code);
  }
}

async function start(machine: Machine, definition: Partial<Definition> = {}) {
  const app = await startService(
    { name: 'tried', settings, port: (s) => s.HEALTH_PORT, module: () => emptyModule(), ...definition },
    machine,
  );
  if (app === null) throw new Error(`did not start: ${machine.printed}`);
  running.push(app);
  const url = await app.getUrl();
  return async (path: string) => {
    const response = await fetch(url + path);
    const text = await response.text();
    return { status: response.status, type: response.headers.get('content-type'), text };
  };
}

function emptyModule(more: Partial<DynamicModule> = {}): DynamicModule {
  return { module: class TriedModule {}, ...more };
}

/** A strategy whose close() takes until `drained` is called, like a consumer that drains. */
function slowStrategy(calls: string[]) {
  const drained = new EventEmitter();
  const strategy: CustomTransportStrategy = {
    listen: (callback) => {
      calls.push('listen');
      callback();
    },
    close: async () => {
      calls.push('close');
      if (calls.filter((call) => call === 'close').length === 1) await once(drained, 'drained');
    },
  };
  return { strategy, drain: () => drained.emit('drained') };
}

describe('a running service', () => {
  it('is live and, without needs of its own, ready', async () => {
    const get = await start(new Machine());
    expect((await get('/health/live')).status).toBe(200);
    expect((await get('/health/ready')).status).toBe(200);
  });

  it('is live but not ready while something it needs is missing, says so in words, and recovers', async () => {
    let joined = false;
    const module = ({ readiness }: ServiceContext<unknown>) => {
      readiness.add({ name: 'consumer', check: () => ({ up: joined, detail: 'has not joined yet' }) });
      return emptyModule();
    };
    const get = await start(new Machine(), { module });
    expect((await get('/health/live')).status).toBe(200);
    const { status, text } = await get('/health/ready');
    expect(status).toBe(503);
    expect(JSON.parse(text)).toMatchObject({ error: { consumer: { status: 'down', message: 'has not joined yet' } } });
    joined = true;
    expect((await get('/health/ready')).status).toBe(200);
  });

  it("answers HTTP before the consumer's strategy is started", async () => {
    const seen: number[] = [];
    let url = '';
    const strategy: CustomTransportStrategy = {
      listen: (callback: () => void) => {
        void fetch(`${url}/health/live`).then(({ status }) => {
          seen.push(status);
          callback();
        });
      },
      close: () => undefined,
    };
    await start(new Machine(), {
      strategy: 'STRATEGY',
      module: () => emptyModule({ providers: [{ provide: 'STRATEGY', useValue: strategy }] }),
      prepare: (app) => {
        app
          .getHttpServer()
          .on('listening', () => (url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`));
      },
    });
    expect(seen).toEqual([200]);
  });

  it("shows Node's metrics and its own, labelled with the service", async () => {
    @Injectable()
    class Counting {
      constructor(@Inject(METRICS) metrics: Registry) {
        new Counter({ name: 'tried_total', help: 'x', registers: [metrics] }).inc(3);
      }
    }
    const get = await start(new Machine(), { module: () => emptyModule({ providers: [Counting] }) });
    const { status, type, text } = await get('/metrics');
    expect([status, type]).toEqual([200, expect.stringMatching(/^text\/plain; version=0\.0\.4/)]);
    expect(text).toContain('tried_total{service="tried"} 3');
    expect(text).toMatch(/^process_resident_memory_bytes\{service="tried"\} \d+/m);
  });
});

describe('shutdown', () => {
  it.each(['SIGTERM', 'SIGINT'])('%s ends the process with 0', async (signal) => {
    const machine = new Machine();
    await start(machine);
    machine.emit(signal);
    expect(await once(machine, 'exited')).toEqual([0]);
  });

  it('is visible at once: 503 while the consumer drains, and still live', async () => {
    const machine = new Machine();
    const { strategy, drain } = slowStrategy([]);
    const module = () => emptyModule({ providers: [{ provide: 'STRATEGY', useValue: strategy }] });
    const get = await start(machine, { strategy: 'STRATEGY', module });
    expect((await get('/health/ready')).status).toBe(200);
    machine.emit('SIGTERM');
    const ready = await get('/health/ready');
    expect(ready.status).toBe(503);
    expect(ready.text).toContain('shutting down');
    expect((await get('/health/live')).status).toBe(200);
    expect(machine.exits).toEqual([]);
    drain();
    expect(await once(machine, 'exited')).toEqual([0]);
  });

  it('runs in order: modules are told, the consumer drains, what it used is closed, then HTTP', async () => {
    const machine = new Machine();
    const calls: string[] = [];
    const { strategy, drain } = slowStrategy(calls);
    const hooks = {
      onModuleDestroy: () => void calls.push('onModuleDestroy'),
      beforeApplicationShutdown: () => void calls.push('beforeApplicationShutdown'),
      onApplicationShutdown: () => void calls.push('onApplicationShutdown'),
    };
    const providers = [
      { provide: 'STRATEGY', useValue: strategy },
      { provide: 'HOOKS', useValue: hooks },
    ];
    const get = await start(machine, { strategy: 'STRATEGY', module: () => emptyModule({ providers }) });
    machine.emit('SIGTERM');
    await get('/health/live');
    expect(calls).toEqual(['listen', 'onModuleDestroy', 'close']);
    drain();
    await once(machine, 'exited');
    // Nest closes the strategy once more when it has closed HTTP.
    expect(calls).toEqual([
      'listen',
      'onModuleDestroy',
      'close',
      'beforeApplicationShutdown',
      'close',
      'onApplicationShutdown',
    ]);
  });

  it('ends after SHUTDOWN_TIMEOUT although something hangs, with 1', async () => {
    const machine = new Machine({ SHUTDOWN_TIMEOUT: '50ms' });
    const { strategy, drain } = slowStrategy([]);
    const module = () => emptyModule({ providers: [{ provide: 'STRATEGY', useValue: strategy }] });
    await start(machine, { strategy: 'STRATEGY', module });
    machine.emit('SIGTERM');
    expect(await once(machine, 'exited')).toEqual([1]);
    drain();
    await once(machine, 'exited');
  });

  it('is begun once, however many signals come', async () => {
    const machine = new Machine();
    const calls: string[] = [];
    const { strategy, drain } = slowStrategy(calls);
    const module = () => emptyModule({ providers: [{ provide: 'STRATEGY', useValue: strategy }] });
    const get = await start(machine, { strategy: 'STRATEGY', module });
    machine.emit('SIGINT');
    machine.emit('SIGTERM');
    machine.emit('SIGINT');
    await get('/health/live');
    expect(calls).toEqual(['listen', 'close']);
    drain();
    await once(machine, 'exited');
    expect(machine.exits).toEqual([0]);
  });

  it('is not held up by a part that does not end well: Nest tells of it and goes on', async () => {
    const machine = new Machine();
    let closed = false;
    const failing = { onApplicationShutdown: () => Promise.reject(new Error('the pool did not close')) };
    const other = { onApplicationShutdown: () => void (closed = true) };
    const providers = [
      { provide: 'X', useValue: failing },
      { provide: 'Y', useValue: other },
    ];
    await start(machine, { module: () => emptyModule({ providers }) });
    machine.emit('SIGTERM');
    expect(await once(machine, 'exited')).toEqual([0]);
    expect(closed).toBe(true);
  });
});

describe('a service that cannot start', () => {
  it('names all faults of its settings on standard error and exits with 78', async () => {
    const machine = new Machine({ HEALTH_PORT: 'x', SHUTDOWN_TIMEOUT: '3' });
    const both = defineSettings({ ...commonSettings, ...databaseSettings, ...healthSettings(0) });
    expect(
      await startService({ name: 'tried', settings: both, port: () => 0, module: () => emptyModule() }, machine),
    ).toBeNull();
    expect(machine.exits).toEqual([78]);
    expect(machine.printed).toMatch(/^tried cannot start\. 3 settings are wrong:\n/);
    for (const name of ['HEALTH_PORT', 'SHUTDOWN_TIMEOUT', 'DATABASE_URL'])
      expect(machine.printed).toContain(`\n  ${name} is `);
  });

  it('says in one sentence that its port is taken and exits with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const machine = new Machine({ HEALTH_PORT: String(port) });
    await expect(start(machine)).rejects.toThrow();
    expect(machine.exits).toEqual([1]);
    expect(machine.printed).toBe(
      `tried cannot start. 127.0.0.1, port ${port}, is taken by another process: stop that one, or choose another port.\n`,
    );
    other.close();
  });

  it.each([
    [new Error('partitions differ'), 1],
    [new ServiceError('rungs', 'config', 'RETRY_LADDER has 7 rungs, and there are topics for 6'), 78],
  ])('tells why its module cannot be built: %s', async (error, code) => {
    const machine = new Machine();
    await expect(start(machine, { module: () => Promise.reject(error) })).rejects.toThrow();
    expect(machine.exits).toEqual([code]);
    expect(machine.printed).toBe(`tried cannot start. ${error.message}\n`);
  });
});

describe('an error nobody caught', () => {
  it.each(['uncaughtException', 'unhandledRejection'])('%s ends the process with 1', async (event) => {
    const machine = new Machine();
    await start(machine);
    expect(machine.exits).toEqual([]);
    machine.emit(event, new Error('nobody caught this'));
    expect(machine.exits).toEqual([1]);
  });
});
