import fc from 'fast-check';
import { EVENT_CATALOGUE, type CallError, type CallEvent } from '#libs/contracts';
import { GOLDEN_JOBS, sampleWith } from '../contracts/golden/jobs.js';

export { sampleWith as withErrors };

/** Events for the specs of messages: the published sample, variations of it, and any event that parsing lets through. */

export const SAMPLE = GOLDEN_JOBS.OUTBOUND_CALL_ERROR.event;
export const CLEAN = GOLDEN_JOBS.OUTBOUND_CALL_PENDING.event;

/** What people and attackers write: markup of all four destinations, controls, directions, half characters. */
const PIECES = [
  ...['<!channel>', '<!here|x>', '<@U123>', '<https://evil.example|ok>', '&amp;', '&lt;!channel&gt;', '@channel'],
  ...['[a](https://evil.example)', '**b**', '_i_', '# h', '- l', '1. l', '`', '```', '~s~', '\\', '{{DATE()}}'],
  ...['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '</pre>', '</style>', "' onload='x", '<b', '-->'],
  ...[
    '\r\n',
    '\n',
    '\t',
    '\0',
    '\x07',
    '\x7f',
    '\u0085',
    '\u2028',
    '\u202e',
    '\u2066',
    'שלום',
    '東京',
    '💥',
    '👩‍👩‍👧',
    ' ',
  ],
];

const word = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom(...PIECES));

function text(longest: number): fc.Arbitrary<string> {
  return fc
    .oneof(
      { weight: 6, arbitrary: fc.array(word, { maxLength: 5 }).map((words) => words.join('')) },
      { weight: 1, arbitrary: fc.tuple(word, fc.nat(longest)).map(([one, count]) => one.repeat(count)) },
    )
    .map((one) => one.slice(0, longest).toWellFormed());
}

const error: fc.Arbitrary<CallError> = fc.record({
  code: text(5_000),
  message: text(20_000),
  timestamp: fc.constant('2026-05-12T10:23:45.000Z'),
  where: text(5_000),
  phase: text(5_000),
  stacktrace: text(20_000),
});

export const anyEvent: fc.Arbitrary<CallEvent> = fc.record({
  eventId: text(256),
  projectId: fc.constant(SAMPLE.projectId),
  eventType: fc.constantFrom(...EVENT_CATALOGUE.map(({ eventType }) => eventType)),
  occurredAt: fc.constant('2026-05-12T10:24:00.000Z'),
  data: fc.record({
    callId: text(256).map((id) => id || 'c'),
    callStatus: text(1024),
    callSid: fc.option(text(1024)),
    clientId: fc.option(text(1024)),
  }),
  errors: fc.oneof(
    { weight: 6, arbitrary: fc.array(error, { maxLength: 6 }) },
    { weight: 1, arbitrary: fc.tuple(error, fc.nat(3_000)).map(([one, count]) => Array<CallError>(count).fill(one)) },
  ),
});
