import type { CallEvent } from '#libs/contracts';
import { GOLDEN_JOBS, sampleWith } from '../../libs/contracts/golden/jobs.js';

/** What is worth a look: an ordinary event, the published sample, more errors than fit, and text that wants to be markup. */
const HOSTILE = '<!channel> **bold** [click](https://evil.example) `code` <b>tag</b> &amp; {{DATE()}}';

export const EVENTS: Readonly<Record<string, CallEvent>> = {
  clean: GOLDEN_JOBS.INBOUND_CALL_COMPLETED.event,
  error: sampleWith([
    {
      stacktrace:
        'Error: Connection lost\n    at OutboundCallAdapter.connect (/app/adapter.js:10:7)\n    at dial (/app/dial.js:3:1)',
    },
  ]),
  many: sampleWith(
    Array.from({ length: 60 }, (_, index) => ({
      code: `TRUNK_${index + 1}_DOWN`,
      message: index === 0 ? 'The trunk does not answer to INVITE. '.repeat(80) : 'no answer in 5 s',
    })),
  ),
  hostile: {
    ...sampleWith([
      { code: HOSTILE, message: `${HOSTILE}\n# second line\n- third ${'x'.repeat(200)}`, where: 'שלום <i>' },
    ]),
    data: { callId: `*${HOSTILE}*`, callStatus: '_CALLING_', callSid: 'x'.repeat(150), clientId: 'クライアント 💥' },
  },
};
