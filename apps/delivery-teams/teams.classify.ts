import { askedToWaitOn429, classifyHttp, type Answer } from '#libs/delivery';
import type { Verdict } from '#libs/ordering';

/**
 * An Incoming Webhook answers 200 also when Teams refused the card, and says so in the body: "Webhook message delivery
 * failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId …". Workflows answer 202.
 */
const STATUS_IN_BODY = /Microsoft Teams endpoint returned HTTP error (\d{3})/;

/** Judged by the status, and where that is a success by the one that the body reports. */
export function classifyTeams(answer: Answer, now: number): Verdict {
  const meant = asMeant(answer);
  const verdict = classifyHttp(meant, now);
  if (verdict.type === 'delivered' || meant.status === answer.status) return verdict;
  return { ...verdict, reason: `${verdict.reason} (in the body of a ${answer.status})` };
}

/** A 429, wherever it stands. */
export function teamsAsksToWaitMs(answer: Answer, now: number): number | null {
  return askedToWaitOn429(asMeant(answer), now);
}

/** With the status that the body of a success reports. */
function asMeant(answer: Answer): Answer {
  const { status, body } = answer;
  if (status === null || status < 200 || status > 299) return answer;
  const reported = STATUS_IN_BODY.exec(body ?? '')?.[1];
  return reported === undefined ? answer : { ...answer, status: Number(reported) };
}
