/** A span as Jaeger tells it. */
export interface FoundSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** In the same trace; null: there is none. */
  readonly parentId: string | null;
  /** `traceId/spanId` of other traces. */
  readonly links: readonly string[];
  readonly service: string;
  readonly name: string;
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly tags: Readonly<Record<string, unknown>>;
}

interface JaegerSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly { refType: string; traceID: string; spanID: string }[];
  /** Microseconds. */
  readonly startTime: number;
  /** Microseconds. */
  readonly duration: number;
  readonly tags: readonly { key: string; value: unknown }[];
  readonly processID: string;
}

interface JaegerTrace {
  readonly traceID: string;
  readonly spans: readonly JaegerSpan[];
  readonly processes: Readonly<Record<string, { serviceName: string }>>;
}

/**
 * All traces with a span of the call: what a person finds on Jaeger's page by the tag. In the order of their first attempts,
 * which is the order of the call's events; what was not attempted yet comes last.
 * @param jaeger address of its query API. @throws Error with what Jaeger answered, or that it did not.
 */
export async function tracesOfCall(jaeger: string, callId: string): Promise<FoundSpan[][]> {
  const services = await ask<readonly string[]>(jaeger, '/api/services', {});
  const tags = JSON.stringify({ 'recho.call.id': callId });
  const perService = await Promise.all(
    services.map((service) => ask<readonly JaegerTrace[]>(jaeger, '/api/traces', { service, tags, limit: '100' })),
  );
  // A trace has spans of several services: each finds it.
  const byId = new Map(perService.flat().map((trace) => [trace.traceID, trace]));
  return [...byId.values()]
    .map((trace) => trace.spans.map((span) => spanOf(trace, span)).toSorted((a, b) => a.startedAt - b.startedAt))
    .toSorted((a, b) => firstAttemptOf(a) - firstAttemptOf(b));
}

/** Unix milliseconds. Events that arrive together are routed together: when a trace began says nothing of their order. */
function firstAttemptOf(trace: readonly FoundSpan[]): number {
  return trace.find(({ name }) => name.startsWith('deliver'))?.startedAt ?? Number.MAX_SAFE_INTEGER;
}

async function ask<T>(jaeger: string, path: string, query: Readonly<Record<string, string>>): Promise<T> {
  const url = new URL(path, jaeger);
  url.search = new URLSearchParams(query).toString();
  const answer = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch((error: unknown) => {
    throw new Error(`no Jaeger answers at ${jaeger}`, { cause: error });
  });
  if (!answer.ok) throw new Error(`Jaeger at ${jaeger} answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { data: T | null }).data ?? ([] as T);
}

function spanOf({ processes }: JaegerTrace, span: JaegerSpan): FoundSpan {
  const here = span.references.find(({ refType, traceID }) => refType === 'CHILD_OF' && traceID === span.traceID);
  return {
    traceId: span.traceID,
    spanId: span.spanID,
    parentId: here?.spanID ?? null,
    links: span.references.filter((one) => one !== here).map(({ traceID, spanID }) => `${traceID}/${spanID}`),
    service: processes[span.processID]?.serviceName ?? '?',
    name: span.operationName,
    startedAt: span.startTime / 1000,
    durationMs: span.duration / 1000,
    tags: Object.fromEntries(span.tags.map(({ key, value }) => [key, value])),
  };
}

/** A trace as an indented tree, with times after its beginning. */
export function treeOf(spans: readonly FoundSpan[]): string[] {
  const beginning = Math.min(...spans.map(({ startedAt }) => startedAt));
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const lines: string[] = [];
  const add = (span: FoundSpan, depth: number): void => {
    const { service, name, tags, startedAt, durationMs } = span;
    const facts = [
      tags['recho.wait.description'],
      tags['recho.attempt'] !== undefined && name.startsWith('deliver') && `attempt ${String(tags['recho.attempt'])}`,
      name.startsWith('deliver') && tags['recho.verdict'],
      tags['http.response.status_code'],
    ].filter(Boolean);
    const times = `${(startedAt - beginning).toFixed(0).padStart(7)} ms ${durationMs.toFixed(1).padStart(8)} ms`;
    lines.push(
      `${times}  ${'  '.repeat(depth)}${service}: ${name}${facts.length > 0 ? `  (${facts.join(', ')})` : ''}`,
    );
    for (const child of spans) if (child.parentId === span.spanId) add(child, depth + 1);
  };
  for (const span of spans) if (span.parentId === null || !ids.has(span.parentId)) add(span, 0);
  return lines;
}
