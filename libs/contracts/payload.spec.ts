import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GOLDEN_JOBS } from './golden/jobs.js';
import { CUT_MARK, customBody, customBodyBytes, EVENT_CATALOGUE, textOf, type CallError, type Job } from './index.js';

/** Oracles: the golden files' bytes, the values that the product's documentation publishes, and the size limit. */
const GOLDEN = join(import.meta.dirname, 'golden', 'custom');
const SAMPLE = GOLDEN_JOBS.OUTBOUND_CALL_ERROR;
const LIMIT = 100_000;

describe('the CUSTOM body', () => {
  it.each(EVENT_CATALOGUE.map(({ eventType }) => eventType))('of %s is its golden file, byte by byte', (eventType) => {
    const job = GOLDEN_JOBS[eventType];
    const golden = readFileSync(join(GOLDEN, `${eventType}.json`));
    expect(customBody(job, job.authType)).toBe(golden.toString('utf8'));
    expect(customBodyBytes(job, job.authType).equals(golden)).toBe(true);
  });

  it('has a golden file for every event type and no other', () => {
    expect(readdirSync(GOLDEN).sort()).toEqual(EVENT_CATALOGUE.map(({ eventType }) => `${eventType}.json`).sort());
  });

  it('shows the published sample values', () => {
    const { body } = bodyOf(SAMPLE);
    expect(body.subject).toBe('[Recho] Outbound call error');
    expect(body.text.split('\n')).toEqual([
      '[Recho] Outbound call error',
      '━━━━━━━━━━━━━━',
      'callId: abc-123',
      'callStatus: CALLING',
      'callSid: CA0123',
      'clientId: client-1',
      '━━━━━━━━━━━━━━',
      'Errors:',
      ' - [NETWORK_ERROR] Connection lost (phase: CONNECTING)',
      '━━━━━━━━━━━━━━',
      'Time: 2026-05-12 10:24:00',
    ]);
  });

  it('is sent as the bytes of its text, whatever is in it', () => {
    // What is no ASCII, what looks like the bytes of the rule or of something else, and the rule itself.
    const unit = fc.constantFrom(
      'x',
      '"',
      '\n',
      '\u0001',
      '\u007f',
      'é',
      '\u0094',
      'â\u0094\u0081',
      '━',
      '💥',
      '\ud83d',
    );
    const text = fc.string({ unit, maxLength: 4 });
    fc.assert(
      fc.property(
        text,
        text,
        fc.array(fc.record({ message: text, phase: text }), { maxLength: 2 }),
        (callId, name, some) => {
          const { event, endpoint } = withErrors(some.map(error));
          const data = { ...event.data, callId };
          const job = { ...SAMPLE, endpoint: { ...endpoint, name }, event: { ...event, data } };
          expect(customBodyBytes(job, 'NONE').equals(Buffer.from(customBody(job, 'NONE')))).toBe(true);
        },
      ),
    );
  });

  it('is cut the same as bytes, in ASCII to the byte', () => {
    const room = LIMIT - 1 - sizeOf(withErrors([error({ stacktrace: '' })]));
    for (const length of [room - 1, room, room + 1]) {
      const job = withErrors([error({ stacktrace: 's'.repeat(length) })]);
      expect(customBodyBytes(job, 'NONE').equals(Buffer.from(customBody(job, 'NONE')))).toBe(true);
      expect(customBodyBytes(job, 'NONE').length).toBeLessThan(LIMIT);
    }
  });

  it('names the authentication of the moment, not that of routing', () => {
    expect(bodyOf(SAMPLE, 'BEARER').authConfig).toEqual({ authType: 'BEARER' });
  });

  it('of a clean event has empty errors and no Errors block; nulls are printed as a dash', () => {
    const { body } = bodyOf(GOLDEN_JOBS.OUTBOUND_CALL_CLOSING);
    expect(body.errors).toEqual([]);
    expect(body.text).not.toContain('Errors:');
    expect(body.text).toContain('callSid: -\nclientId: -\n');
  });
});

describe('a body that would be too large', () => {
  it('is cut in its stack traces first, using the room there is; messages and everything else stay whole', () => {
    const job = withErrors([error({ message: 'm'.repeat(1000), stacktrace: 'at x\n'.repeat(40_000) })]);
    const [only] = bodyOf(job).body.errors;
    expect(only!.stacktrace.endsWith(CUT_MARK)).toBe(true);
    expect(only!.message).toBe('m'.repeat(1000));
    expect({ ...only, stacktrace: '' }).toEqual({ ...job.event.errors[0], stacktrace: '' });
    expect(sizeOf(job)).toBeGreaterThan(LIMIT - 50);
    expect(sizeOf(job)).toBeLessThan(LIMIT);
  });

  it('keeps short stack traces whole and shares the room among the long ones', () => {
    const long = 's'.repeat(60_000);
    const { errors } = bodyOf(
      withErrors([error({ stacktrace: long }), error({ stacktrace: 'short' }), error({ stacktrace: long })]),
    ).body;
    expect(errors[1]!.stacktrace).toBe('short');
    expect(errors[0]!.stacktrace).toBe(errors[2]!.stacktrace);
    expect(errors[0]!.stacktrace.length).toBeGreaterThan(45_000);
  });

  it('is cut in its messages too when cutting stack traces is not enough, in errors and text alike', () => {
    const job = withErrors([error({ message: 'm'.repeat(120_000), stacktrace: 's'.repeat(50_000) })]);
    const { body } = bodyOf(job);
    const [only] = body.errors;
    expect(only!.stacktrace).toBe(CUT_MARK);
    expect(only!.message).toMatch(/^m{40000,}… \[cut\]$/);
    expect(body.text).toContain(` - [NETWORK_ERROR] ${only!.message} (phase: CONNECTING)\n`);
    expect(sizeOf(job)).toBeLessThan(LIMIT);
  });

  it('leaves out the last of thousands of errors and says how many', () => {
    const job = withErrors(Array.from({ length: 2000 }, (_, index) => error({ message: `number ${index}` })));
    const { errors } = bodyOf(job).body;
    const left = 2000 - errors.length;
    expect(left).toBeGreaterThan(0);
    expect(errors.at(-1)!.message).toBe(`number ${errors.length - 1}${CUT_MARK} ${left} more errors left out`);
    expect(errors[0]!.message).toBe('number 0');
    expect(sizeOf(job)).toBeGreaterThan(LIMIT - 1000);
    expect(sizeOf(job)).toBeLessThan(LIMIT);
  });

  it('is not cut by a byte when it just fits, and is when it has one byte more', () => {
    const room = LIMIT - 1 - sizeOf(withErrors([error({ stacktrace: '' })]));
    const whole = 's'.repeat(room);
    expect(sizeOf(withErrors([error({ stacktrace: whole })]))).toBe(LIMIT - 1);
    expect(bodyOf(withErrors([error({ stacktrace: whole })])).body.errors[0]!.stacktrace).toBe(whole);
    expect(bodyOf(withErrors([error({ stacktrace: `${whole}s` })])).body.errors[0]!.stacktrace).toContain(CUT_MARK);
  });

  it('is cut between characters, wherever the limit falls', () => {
    for (let shift = 0; shift < 8; shift += 1) {
      const { errors } = bodyOf(withErrors([error({ stacktrace: 'x'.repeat(shift) + '💥'.repeat(60_000) })])).body;
      expect(errors[0]!.stacktrace.endsWith(`💥${CUT_MARK}`)).toBe(true);
    }
  });

  it('never exceeds the limit, is always valid and never holds half a character, whatever its errors', () => {
    const unit = fc.constantFrom('x', '"', '\\', '\n', '\u0001', '\u007f', 'é', '━', '💥');
    const long = fc
      .tuple(fc.string({ unit, minLength: 1, maxLength: 20 }), fc.nat({ max: 4000 }))
      .map(([text, times]) => text.repeat(times));
    const anyError = fc.record({
      code: fc.oneof({ weight: 5, arbitrary: fc.constant('C') }, { weight: 1, arbitrary: long }),
      message: fc.oneof(fc.constant(''), long),
      where: fc.oneof({ weight: 5, arbitrary: fc.constant('w') }, { weight: 1, arbitrary: long }),
      phase: fc.oneof({ weight: 5, arbitrary: fc.constant('p') }, { weight: 1, arbitrary: long }),
      stacktrace: fc.oneof(fc.constant(''), long),
    });
    fc.assert(
      fc.property(fc.array(anyError, { maxLength: 6 }), fc.constantFrom(1, 1, 50), (some, times) => {
        const job = withErrors(Array.from({ length: times }, () => some.map(error)).flat());
        const body = customBody(job, 'NONE');
        expect(Buffer.byteLength(body)).toBeLessThan(LIMIT);
        expect(body.isWellFormed()).toBe(true);
        const { text, errors } = bodyOf(job).body;
        // The text is that of the errors beside it.
        expect(text).toBe(textOf({ ...job.event, errors }));
      }),
      { numRuns: 60 },
    );
  });
});

interface Body {
  readonly body: { readonly subject: string; readonly text: string; readonly errors: CallError[] };
  readonly authConfig: unknown;
}

function bodyOf(job: Job, authType: Job['authType'] = job.authType): Body {
  return JSON.parse(customBody(job, authType)) as Body;
}

function sizeOf(job: Job): number {
  return Buffer.byteLength(customBody(job, job.authType));
}

function withErrors(errors: readonly CallError[]): Job {
  return { ...SAMPLE, event: { ...SAMPLE.event, errors } };
}

function error(vary: Partial<CallError>): CallError {
  return { ...SAMPLE.event.errors[0]!, ...vary };
}
