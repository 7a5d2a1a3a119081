import type { Kafka } from 'kafkajs';
import type { Kind } from '#libs/contracts';
import { TOPICS } from './topics.js';

/**
 * A rung is a topic: a ladder with a rung more would send retries to nowhere, and what waits on a topic above the ladder
 * would be read by nobody.
 * @param rungs how many `RETRY_LADDER` has.
 * @throws Error with both numbers when the kind's rung topics in Kafka are not exactly those.
 */
export async function checkLadder(kafka: Kafka, kind: Kind, rungs: number): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    refuseOtherLadder(kind, rungs, await admin.listTopics());
  } finally {
    await admin.disconnect();
  }
}

/** @throws Error when the kind's rungs among the topics are not 1 to `rungs`. */
export function refuseOtherLadder(kind: Kind, rungs: number, topics: Iterable<string>): void {
  const prefix = `${TOPICS.jobs(kind)}.retry.`;
  const found = [...topics]
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length)))
    .filter((rung) => Number.isInteger(rung))
    .sort((one, other) => one - other);
  if (found.length === rungs && found.every((rung, index) => rung === index + 1)) return;
  const names = found.length === 0 ? `${prefix}1 and on` : `${prefix}${shorten(found)}`;
  throw new Error(
    `RETRY_LADDER has ${counted(rungs, 'rung')}, but Kafka has ${counted(found.length, 'topic')} ${names}; ${
      found.length > rungs
        ? `give it ${counted(found.length, 'rung')}, or delete the topics above .${rungs} once nothing waits on them`
        : `make ${prefix}1 … .${rungs} with as many partitions as ${TOPICS.jobs(kind)} has, or fit RETRY_LADDER to the topics`
    }`,
  );
}

/** `1 … .6`; one by one when some are missing in between. */
function shorten(rungs: readonly number[]): string {
  const [first] = rungs;
  const last = rungs.at(-1);
  if (first === last) return String(first);
  return last === rungs.length && first === 1 ? `1 … .${last}` : rungs.join(', .');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
