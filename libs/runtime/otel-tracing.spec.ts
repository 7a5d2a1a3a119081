import { afterEach, describe, expect, it } from '@jest/globals';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '#libs/contracts';
import { otelTracing, type OtelOptions } from './otel-tracing.js';
import { parseTraceparent } from './trace-context.js';
import { noTracing, type SpanStart, type Tracing } from './tracing.js';

/** Oracle: the spans that reach an exporter. */

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const SAMPLED = `00-${TRACE}-${PARENT}-01`;
const NOT_SAMPLED = `00-${TRACE}-${PARENT}-00`;
const START: SpanStart = { name: 'deliver CUSTOM', kind: 'client', startedAt: 1_700_000_000_000 };
const endedAt = START.startedAt + 250;

let open: Tracing | undefined;

function tracing(options: Pick<Partial<OtelOptions>, 'budget' | 'env'> = {}): {
  tracing: Tracing;
  spans(): Promise<ReadableSpan[]>;
} {
  const kept: ReadableSpan[] = [];
  const exporter = new InMemorySpanExporter();
  // The exporter forgets what it has when it is shut down, which is what flushes.
  exporter.shutdown = () => Promise.resolve(void kept.push(...exporter.getFinishedSpans()));
  const made = otelTracing({ service: 'spec', version: VERSION, env: {}, exporter, ...options });
  open = made;
  return { tracing: made, spans: async () => (await made.close(), kept) };
}

afterEach(async () => {
  await open?.close();
  open = undefined;
});

describe('a span', () => {
  it('continues its parent, at the times that it is given, with what is known of it', async () => {
    const { tracing: one, spans } = tracing();
    const span = one.start(SAMPLED, { ...START, links: [SAMPLED, 'no trace context'] });
    expect(span.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    span.end({ endedAt, attributes: () => ({ 'recho.attempt': 1, 'recho.key.id': undefined }) });
    const [made, ...others] = await spans();
    expect(others).toEqual([]);
    expect(made).toMatchObject({
      name: 'deliver CUSTOM',
      kind: SpanKind.CLIENT,
      startTime: [1_700_000_000, 0],
      endTime: [1_700_000_000, 250_000_000],
      attributes: { 'recho.attempt': 1 },
      status: { code: SpanStatusCode.UNSET },
      parentSpanContext: { traceId: TRACE, spanId: PARENT },
      links: [{ context: { traceId: TRACE, spanId: PARENT } }],
    });
    expect(made?.attributes).not.toHaveProperty('recho.key.id');
    expect(made?.resource.attributes).toMatchObject({ 'service.name': 'spec' });
    expect(made?.spanContext().spanId).toBe(parseTraceparent(span.traceparent)?.parentId);
  });

  it('begins a new trace without a parent', async () => {
    const { tracing: one, spans } = tracing();
    one.start(null, START).end({ endedAt });
    const [made] = await spans();
    expect(made?.parentSpanContext).toBeUndefined();
  });
});

describe('a trace that is not sampled', () => {
  it('is handed on, and nobody gathers anything for it', async () => {
    const { tracing: one, spans } = tracing();
    const span = one.start(NOT_SAMPLED, START);
    expect(span.isRecorded).toBe(false);
    span.end({
      endedAt,
      attributes: () => {
        throw new Error('nobody should ask');
      },
    });
    expect(span.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
    expect(await spans()).toEqual([]);
  });

  it('is recorded from a failure on, under the id that was handed out already', async () => {
    const { tracing: one, spans } = tracing();
    const span = one.start(NOT_SAMPLED, START);
    const { parentId } = parseTraceparent(span.traceparent)!;
    span.end({ endedAt, failure: 'status: the endpoint answered 503' });
    expect([span.traceparent, span.isRecorded]).toEqual([`00-${TRACE}-${parentId}-01`, true]);
    one.start(span.traceparent, { ...START, name: 'record' }).end({ endedAt });
    const [failed, recorded] = await spans();
    expect(failed).toMatchObject({
      startTime: [1_700_000_000, 0],
      status: { code: SpanStatusCode.ERROR, message: 'status: the endpoint answered 503' },
    });
    expect(failed?.spanContext()).toMatchObject({ traceId: TRACE, spanId: parentId });
    expect(recorded?.parentSpanContext).toMatchObject({ spanId: parentId });
  });
});

describe('a new trace', () => {
  const spent = { take: () => false };

  it('beyond the budget is handed on as not sampled, and makes no spans', async () => {
    let left = 1;
    const { tracing: one, spans } = tracing({ budget: { take: () => (left -= 1) >= 0 } });
    const [first, second] = [one.start(null, START), one.start('no trace context', START)];
    first.end({ endedAt });
    second.end({ endedAt });
    one.start(second.traceparent, START).end({ endedAt });
    expect([first.traceparent.slice(-2), second.traceparent.slice(-2)]).toEqual(['01', '00']);
    expect([first.isRecorded, second.isRecorded]).toEqual([true, false]);
    expect(await spans()).toHaveLength(1);
  });

  it('that a producer has begun takes nothing from the budget, whatever it decided', async () => {
    const budget = {
      take: (): boolean => {
        throw new Error('nobody should ask');
      },
    };
    const { tracing: one, spans } = tracing({ budget });
    for (const parent of [SAMPLED, NOT_SAMPLED]) one.start(parent, START).end({ endedAt });
    expect(await spans()).toHaveLength(1);
  });

  it('beyond the budget is recorded when it fails, under the ids that were handed out already', async () => {
    const { tracing: one, spans } = tracing({ budget: spent });
    const span = one.start(null, START);
    const { traceId, parentId } = parseTraceparent(span.traceparent)!;
    span.end({ endedAt, failure: 'not_json: the value is not JSON' });
    expect([span.traceparent, span.isRecorded]).toEqual([`00-${traceId}-${parentId}-01`, true]);
    const [failed] = await spans();
    expect(failed?.spanContext()).toMatchObject({ traceId, spanId: parentId });
    expect(failed?.parentSpanContext).toBeUndefined();
  });

  it('is left to the sampler that the standard setting names', async () => {
    const { tracing: one, spans } = tracing({ budget: spent, env: { OTEL_TRACES_SAMPLER: 'parentbased_always_on' } });
    one.start(null, START).end({ endedAt });
    expect(await spans()).toHaveLength(1);
  });
});

it('without the SDK the trace context is handed on all the same', () => {
  const span = noTracing().start(SAMPLED, START);
  expect(span.traceparent).toMatch(new RegExp(`^00-${TRACE}-(?!${PARENT})[0-9a-f]{16}-01$`));
  expect(span.isRecorded).toBe(false);
});

it('spans name the version of package.json', () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
    version: string;
  };
  expect(VERSION).toBe(version);
});
