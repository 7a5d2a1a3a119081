import type { FoundSpan } from '../../tools/trace/jaeger-client.js';

/** What one event's trace has to hold. */
export interface Expected {
  readonly what: string;
  /** The producer's span: the trace is its, and begins below it. */
  readonly continues?: { readonly traceId: string; readonly spanId: string };
  /** As `nameOf` tells them, in any order. */
  readonly spans: readonly string[];
  /** The event that its wait names. */
  readonly behind?: string;
  /** Its first span links to an attempt that was refused, in another trace of the call. */
  readonly linked?: boolean;
}

/** @param traceparents those that the receiver got. @returns what is wrong, in words. */
export function faultsIn(
  traces: readonly (readonly FoundSpan[])[],
  expected: readonly Expected[],
  traceparents: readonly string[],
): string[] {
  const faults: string[] = [];
  const left = new Set(traces);
  for (const one of expected) {
    const names = one.spans.toSorted();
    const found = [...left].find((trace) => same(trace.map(nameOf).toSorted(), names));
    if (found === undefined) {
      faults.push(`${one.what}: no trace has just these spans: ${one.spans.join(' | ')}`);
      continue;
    }
    left.delete(found);
    faults.push(...faultsOf(one, found, traces).map((fault) => `${one.what}: ${fault}`));
  }
  for (const trace of left) faults.push(`a trace that was not expected: ${trace.map(nameOf).join(' | ')}`);
  const sent = traces
    .flat()
    .filter(({ name }) => name.startsWith('deliver'))
    .map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`);
  if (!same(sent.toSorted(), traceparents.toSorted()))
    faults.push('receivers got other trace contexts than those of the attempts');
  return faults;
}

function faultsOf(one: Expected, trace: readonly FoundSpan[], all: readonly (readonly FoundSpan[])[]): string[] {
  const faults: string[] = [];
  const byId = new Map(trace.map((span) => [span.spanId, span]));
  const refused = all.flat().filter(({ tags }) => tags['recho.verdict'] === 'refused');
  const links = new Set(refused.map(({ traceId, spanId }) => `${traceId}/${spanId}`));
  const roots = trace.filter(({ parentId }) => parentId === null || !byId.has(parentId));
  const [root] = roots;
  if (roots.length !== 1) faults.push(`${roots.length} spans have no parent in the trace`);
  if (one.continues !== undefined) {
    if (root?.parentId !== one.continues.spanId) faults.push("it does not begin below the producer's span");
    if (root?.traceId !== one.continues.traceId) faults.push("it is not the producer's trace");
  }
  if (one.linked === true && !root?.links.some((link) => links.has(link)))
    faults.push('it links to no refused attempt');
  for (const span of trace) {
    const parent = span.parentId === null ? undefined : byId.get(span.parentId);
    const wanted = PARENTS[span.name.split(' ')[0]!];
    if (parent !== undefined && wanted !== undefined && !wanted.test(parent.name)) {
      faults.push(`${nameOf(span)} is below ${nameOf(parent)}`);
    }
  }
  const wait = trace.find(({ tags }) => tags['recho.wait.cause'] === 'predecessor');
  if (one.behind !== undefined && wait?.tags['recho.wait.behind.event_id'] !== one.behind) {
    faults.push(`its wait does not name ${one.behind}`);
  }
  // Each wait ends when the attempt begins that it was for; and each retry's lasts at least as long as its rung.
  for (const { name, tags, startedAt, durationMs } of trace) {
    if (name !== 'wait') continue;
    const rungMs = RUNGS_MS[Number(tags['recho.rung']) - 1] ?? 0;
    if (durationMs < rungMs) faults.push(`a wait of ${durationMs} ms is shorter than its rung`);
    const attempt = trace.find(
      (span) => span.name.startsWith('deliver') && span.tags['recho.attempt'] === tags['recho.attempt'],
    );
    if (attempt === undefined || Math.abs(startedAt + durationMs - attempt.startedAt) > 5) {
      faults.push(`the wait "${String(tags['recho.wait.description'])}" does not end where its attempt begins`);
    }
  }
  return faults;
}

/** The delays of the ladder that `main.ts` sets. */
export const RUNGS_MS = [1000, 2000];

/** What a span may be a child of. */
const PARENTS: Readonly<Record<string, RegExp>> = {
  route: /^send /,
  deliver: /^(route|redrive) /,
  wait: /^(route|redrive) /,
  record: /^(deliver|route) /,
};

/** `delivery-custom: deliver CUSTOM, attempt 2, retry, 503`. */
function nameOf({ service, name, tags }: FoundSpan): string {
  if (name === 'wait') {
    const rung = tags['recho.rung'] === undefined ? '' : `, rung ${String(tags['recho.rung'])}`;
    return `${service}: wait, ${String(tags['recho.wait.cause'])}${rung}`;
  }
  if (!name.startsWith('deliver')) return `${service}: ${name}`;
  return `${service}: ${name}, attempt ${String(tags['recho.attempt'])}, ${String(tags['recho.verdict'])}, ${String(tags['http.response.status_code'])}`;
}

function same(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}
