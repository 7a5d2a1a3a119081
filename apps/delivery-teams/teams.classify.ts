import { classifyHttp, retryAfterMs, type Answer } from '#libs/delivery';
import type { Verdict } from '#libs/ordering';

/**
 * An Incoming Webhook answers 200 also when Teams refused the card, and says so in the body: "Webhook message delivery
 * failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId …". Workflows answer 202.
 */
const STATUS_IN_BODY = /Microsoft Teams endpoint returned HTTP error (\d{3})/;
/** Teams seldom says how long to wait, in milliseconds. */
const DEFAULT_WAIT_MS = 1000;

/** Judged by the status, and where that is a success by the one that the body reports. */
export function classifyTeams(answer: Answer, now: number): Verdict {
  const verdict = classifyHttp({ ...answer, status: statusOf(answer) }, now);
  if (verdict.type === 'delivered' || statusOf(answer) === answer.status) return verdict;
  return { ...verdict, reason: `${verdict.reason} (in the body of a ${answer.status})` };
}

/** A 429, wherever it stands, is about the webhook as a whole. */
export function teamsAsksToWaitMs(answer: Answer, now: number): number | null {
  return statusOf(answer) === 429 ? (retryAfterMs(answer.retryAfter, now) ?? DEFAULT_WAIT_MS) : null;
}

function statusOf({ status, body }: Answer): number | null {
  if (status === null || status < 200 || status > 299) return status;
  const reported = STATUS_IN_BODY.exec(body ?? '')?.[1];
  return reported === undefined ? status : Number(reported);
}
