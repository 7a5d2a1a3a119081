import type { Job } from '#libs/contracts';
import type { Answer, AttemptInput, CurrentEndpoint, Permit } from '#libs/delivery';
import type { Verdict } from '#libs/ordering';
import { GOLDEN_JOBS } from '../../libs/contracts/golden/jobs.js';
import { createEmailDestination } from './email.destination.js';
import { createSmtp, type Smtp } from './email.send.js';

export const TO = 'ops@example.org';
export const JOB: Job = {
  ...GOLDEN_JOBS.OUTBOUND_CALL_ERROR,
  endpoint: { ...GOLDEN_JOBS.OUTBOUND_CALL_ERROR.endpoint, endpointType: 'EMAIL', target: TO },
  authType: 'NONE',
};
export const FROM = { name: 'Recho Notify', address: 'notify@recho.example' };

export interface Given {
  readonly job?: Job;
  readonly endpoint?: Partial<CurrentEndpoint>;
  readonly permit?: Permit;
}

/** The room with a connection pool of its own. */
export interface EmailRoom {
  render(given: Given): ReturnType<ReturnType<typeof createEmailDestination>['render']>;
  attempt(given?: Given): Promise<{ readonly answer: Answer; readonly verdict: Verdict; readonly durationMs: number }>;
  close(): void;
}

export function emailRoom(url: string, timeoutMs = 5000, connections = 8): EmailRoom {
  const smtp: Smtp = createSmtp({ url, timeoutMs, connections });
  const destination = createEmailDestination({ smtp, from: FROM });
  const render = (given: Given) => destination.render(input(given));
  return {
    render,
    attempt: async (given = {}) => {
      const startedAt = performance.now();
      const answer = await destination.send(render(given), given.permit ?? lasting());
      const durationMs = performance.now() - startedAt;
      return { answer, verdict: destination.classify(answer, 0), durationMs };
    },
    close: () => smtp.close(),
  };
}

export function lasting(signal = new AbortController().signal): Permit {
  return { signal, mayStart: () => true };
}

function input({ job = JOB, endpoint = {} }: Given): AttemptInput {
  return {
    job,
    endpoint: {
      id: job.endpoint.id,
      projectId: job.event.projectId,
      target: job.endpoint.target,
      authType: 'NONE',
      enabled: true,
      bearerToken: null,
      signingKey: null,
      ...endpoint,
    },
    attempt: 1,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  };
}
