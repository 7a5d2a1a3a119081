import { childOf } from './trace-context.js';

export type SpanKind = 'producer' | 'consumer' | 'client' | 'internal';

export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanStart {
  /** Of few: what it was about is in the attributes. */
  readonly name: string;
  readonly kind: SpanKind;
  /** Unix milliseconds. */
  readonly startedAt: number;
  /** `traceparent`s of spans elsewhere that this one comes of. */
  readonly links?: readonly string[];
}

export interface SpanEnd {
  /** Unix milliseconds. */
  readonly endedAt: number;
  /** Only asked when the span is recorded. */
  readonly attributes?: () => SpanAttributes;
  /** What went wrong. A trace that was not sampled is recorded from here on, so that no failure is missed. */
  readonly failure?: string | null;
}

export interface OpenSpan {
  /** W3C trace context that names this span: its children continue it. After a failure it says sampled. */
  readonly traceparent: string;
  /** False: nobody will see it, so nothing needs to be gathered for it. After its end: whether it was recorded. */
  readonly isRecorded: boolean;
  end(end: SpanEnd): void;
}

/**
 * What services need of tracing. A trace crosses processes and days (retries), so nothing hangs on an ambient context:
 * each span names its parent as a `traceparent`, which travels with the event.
 */
export interface Tracing {
  /** False: spans are given ids, which are handed on, and nothing else. */
  readonly isOn: boolean;
  /** @param parent W3C trace context; null, or none at all: a new trace. */
  start(parent: string | null, span: SpanStart): OpenSpan;
  /** What was recorded is sent, within a few seconds. Never rejects. */
  close(): Promise<void>;
}

/** No spans; the trace context is handed on all the same. @param child of `childOf`'s kind. */
export function noTracing(child: (parent: string | null) => string = childOf): Tracing {
  return {
    isOn: false,
    start: (parent) => ({ traceparent: child(parent), isRecorded: false, end: () => undefined }),
    close: () => Promise.resolve(),
  };
}
