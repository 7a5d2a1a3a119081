import { ROOT_CONTEXT, SpanKind as Kind, SpanStatusCode, trace, type Context, type Span } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, RandomIdGenerator, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { Environment } from './settings.js';
import type { TraceBudget } from './trace-budget.js';
import { childOf, isSampled, notSampled, parseTraceparent, sampled, type TraceContext } from './trace-context.js';
import type { OpenSpan, SpanEnd, SpanKind, SpanStart, Tracing } from './tracing.js';

const KINDS: Readonly<Record<SpanKind, Kind>> = {
  producer: Kind.PRODUCER,
  consumer: Kind.CONSUMER,
  client: Kind.CLIENT,
  internal: Kind.INTERNAL,
};

/**
 * Spans that wait to be sent, at most: a second's worth of a busy process. The SDK's own 2,048 are gone in a fraction of
 * it, and what does not fit is dropped.
 */
const QUEUE = 16_384;
const BATCH = 2048;
/** How long spans wait for more of them, in milliseconds. */
const DELAY_MS = 1000;
/** How long a collector may take for them, in milliseconds: as the SDK has it. */
const EXPORT_TIMEOUT_MS = 30_000;
/** How long a service that ends may take to send what it has, in milliseconds. */
const CLOSE_MS = 3000;

export interface OtelOptions {
  readonly service: string;
  readonly version: string;
  readonly env: Environment;
  /** Of new traces; when left out, or when `OTEL_TRACES_SAMPLER` is set, the SDK decides. */
  readonly budget?: TraceBudget;
  /** OTLP over HTTP, to where `OTEL_EXPORTER_OTLP_ENDPOINT` says, when left out. */
  readonly exporter?: SpanExporter;
}

/**
 * Spans by OpenTelemetry's Node SDK, which reads its standard settings (`OTEL_TRACES_SAMPLER`, `OTEL_BSP_…`,
 * `OTEL_RESOURCE_ATTRIBUTES`, …) from the environment by itself. No automatic instrumentation: this product knows
 * better what an event's journey is made of than one that sees sockets.
 */
export function otelTracing({ service, version, env, exporter, budget }: OtelOptions): Tracing {
  const ids = new GivenIds();
  const sdk = new NodeSDK({
    serviceName: service,
    idGenerator: ids,
    instrumentations: [],
    metricReaders: [],
    logRecordProcessors: [],
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: exporter ?? new OTLPTraceExporter(),
        maxQueueSize: numberOf(env['OTEL_BSP_MAX_QUEUE_SIZE']) ?? QUEUE,
        maxExportBatchSize: numberOf(env['OTEL_BSP_MAX_EXPORT_BATCH_SIZE']) ?? BATCH,
        scheduledDelayMillis: numberOf(env['OTEL_BSP_SCHEDULE_DELAY']) ?? DELAY_MS,
        exportTimeoutMillis: numberOf(env['OTEL_BSP_EXPORT_TIMEOUT']) ?? EXPORT_TIMEOUT_MS,
      }),
    ],
  });
  sdk.start();
  const tracer = trace.getTracer('recho-notify', version);

  const open = (parent: string | null, { name, kind, startedAt, links = [] }: SpanStart): Span =>
    tracer.startSpan(
      name,
      { kind: KINDS[kind], startTime: startedAt, links: links.flatMap((link) => linkTo(link) ?? []) },
      contextOf(parent),
    );

  const sampler = env['OTEL_TRACES_SAMPLER'];
  const byParent = sampler === undefined || sampler.startsWith('parentbased_');
  const ours = sampler === undefined ? budget : undefined;

  /** Null: the SDK has to be asked. Otherwise what is handed on, of a span that nobody makes. */
  const unmade = (parent: string | null): string | null => {
    if (parent !== null && parseTraceparent(parent) !== null) {
      return byParent && !isSampled(parent) ? childOf(parent) : null;
    }
    return ours === undefined || ours.take() ? null : notSampled(childOf(null));
  };

  return {
    isOn: true,
    start: (parent, start): OpenSpan => {
      const idle = unmade(parent);
      let span = idle === null ? open(parent, start) : null;
      return {
        get traceparent() {
          return span === null ? idle! : traceparentOf(span);
        },
        get isRecorded() {
          return span !== null && span.spanContext().traceFlags !== 0;
        },
        end: (end) => {
          if (end.failure != null && span?.isRecording() !== true) {
            const context = parseTraceparent(span === null ? idle! : traceparentOf(span))!;
            // The same span once more, of a parent that is said to be sampled: samplers by parent record it.
            span = ids.with(context, () => open(parent === null ? null : sampled(parent), start));
          }
          if (span !== null) finish(span, end);
        },
      };
    },
    close: async () => {
      // A collector that is away must not keep a service from ending.
      const bound = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS).unref());
      await Promise.race([sdk.shutdown().catch(() => undefined), bound]);
      trace.disable();
    },
  };
}

function finish(span: Span, { endedAt, attributes, failure }: SpanEnd): void {
  if (!span.isRecording()) return;
  span.setAttributes(attributes?.() ?? {});
  if (failure != null) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
  span.end(endedAt);
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-0${traceFlags}`;
}

function contextOf(parent: string | null): Context {
  const spanContext = parent === null ? null : spanContextOf(parent);
  return spanContext === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContext);
}

function linkTo(traceparent: string) {
  const context = spanContextOf(traceparent);
  return context === null ? null : { context };
}

function spanContextOf(traceparent: string) {
  const parsed = parseTraceparent(traceparent);
  if (parsed === null) return null;
  return { traceId: parsed.traceId, spanId: parsed.parentId, traceFlags: parsed.flags & 1, isRemote: true };
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Random ids, but for a span that has some already. */
class GivenIds extends RandomIdGenerator {
  private given: TraceContext | null = null;

  constructor() {
    super();
    const [randomTrace, randomSpan] = [this.generateTraceId, this.generateSpanId];
    this.generateTraceId = () => this.given?.traceId ?? randomTrace();
    this.generateSpanId = () => this.given?.parentId ?? randomSpan();
  }

  /** A span that is made meanwhile is the one that `context` names, in its trace if it begins one. */
  with<Made>(context: TraceContext, make: () => Made): Made {
    this.given = context;
    try {
      return make();
    } finally {
      this.given = null;
    }
  }
}
