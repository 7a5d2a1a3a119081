import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild, type Child } from './child-process.js';
import { isAccepting } from './ports.js';
import { readyOrStopped } from './until-ready.js';

export interface JaegerOptions {
  /** The program: Jaeger 2. */
  readonly bin: string;
  /** Holds its configuration and its log. */
  readonly dataDir: string;
  /** Takes traces: OTLP over HTTP. */
  readonly otlpPort: number;
  /** Shows them: the page, when the program has one, and the query API. */
  readonly queryPort: number;
  readonly runDir?: string;
}

/** Kept in memory; the oldest go first. */
const MOST_TRACES = 50_000;

/** Starts a Jaeger that keeps traces in memory; resolves when it serves. */
export async function startJaeger({ bin, dataDir, otlpPort, queryPort, runDir }: JaegerOptions): Promise<Child> {
  mkdirSync(dataDir, { recursive: true });
  const config = join(dataDir, 'jaeger.json');
  writeFileSync(config, JSON.stringify(configOf(otlpPort, queryPort), null, 2));
  const child = await startChild({
    name: 'jaeger',
    command: bin,
    args: ['--config', config],
    logFile: join(dataDir, 'jaeger.log'),
    ...(runDir === undefined ? {} : { runDir }),
    // After the services, whose last spans it takes.
    order: 2,
  });
  return readyOrStopped(child, async () => (await isAccepting(otlpPort)) && (await isAccepting(queryPort)));
}

/** @returns where a trace is looked at, with {traceId} in it: on its page when the program has one, or else as JSON. */
export async function traceUrlOf(jaegerUrl: string): Promise<string> {
  const page = await fetch(jaegerUrl).then((answer) => answer.text());
  // A build without the page serves one that only says so.
  return `${jaegerUrl}${page.includes('<title>Test Page</title>') ? '/api/traces' : '/trace'}/{traceId}`;
}

/** Only what is used here, on loopback: its own defaults open a dozen ports. YAML takes JSON. */
function configOf(otlpPort: number, queryPort: number): object {
  return {
    extensions: {
      jaeger_storage: { backends: { memory: { memory: { max_traces: MOST_TRACES } } } },
      jaeger_query: {
        storage: { traces: 'memory' },
        http: { endpoint: `127.0.0.1:${queryPort}` },
        grpc: { endpoint: '127.0.0.1:0' },
      },
    },
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${otlpPort}` } } } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      telemetry: { metrics: { level: 'none' } },
      pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
    },
  };
}
