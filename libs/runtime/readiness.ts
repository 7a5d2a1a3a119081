import { describeError } from './errors.js';
import { within } from './within.js';

export interface ReadyState {
  readonly up: boolean;
  /** In words: what is wrong, and since when or what is awaited. */
  readonly detail?: string;
}

/** Something this service needs in order to do its work. */
export interface ReadyCheck {
  /** Short: `kafka`, `postgres`, `settings`. */
  readonly name: string;
  /** A rejection counts as down, with the error in words. */
  check(): Promise<ReadyState> | ReadyState;
}

/** A check that answers nothing is down after this long, in milliseconds: probes time out too. */
const ANSWER_WITHIN_MS = 2000;

/** What this process needs to be ready, and whether it is on its way out. */
export class Readiness {
  private readonly checks: ReadyCheck[] = [];
  private leaving = false;

  /** @throws Error when two checks have one name: one would hide the other. */
  add(...checks: ReadyCheck[]): void {
    for (const check of checks) {
      if (this.checks.some(({ name }) => name === check.name))
        throw new Error(`two ready checks are named ${check.name}`);
      this.checks.push(check);
    }
  }

  /** Not ready from now on, whatever the checks say. */
  beginShutdown(): void {
    this.leaving = true;
  }

  /** By name; never rejects. */
  async states(): Promise<ReadonlyMap<string, ReadyState>> {
    const states = new Map<string, ReadyState>();
    if (this.leaving)
      states.set('service', { up: false, detail: 'shutting down: what is under way is being finished' });
    const answers = await Promise.all(this.checks.map((check) => answerOf(check)));
    this.checks.forEach(({ name }, index) => states.set(name, answers[index] ?? { up: false }));
    return states;
  }
}

function answerOf(check: ReadyCheck): Promise<ReadyState> {
  return within<ReadyState>(
    ANSWER_WITHIN_MS,
    () => check.check(),
    (error) => ({ up: false, detail: describeError(error) }),
  );
}

/** Up when `ask` resolves. */
export function answers(name: string, ask: () => Promise<unknown>): ReadyCheck {
  return { name, check: async () => (await ask(), { up: true }) };
}

/** A consumer's membership, as GroupConsumer.state() of libs/kafka tells it. */
export interface Membership {
  readonly joined: boolean;
  readonly heartbeatAgeMs: number;
  readonly fetchAgeMs: number;
  readonly generation: number | null;
}

/**
 * Kafka may leave a member's heartbeat or fetch unanswered for this long before that counts as away, in milliseconds:
 * readiness is to turn red within 10 s, and whoever asks it does so every few seconds.
 */
const SILENCE_MS = 5000;

/**
 * Up while the consumer is a member of its group, and Kafka answered it lately. Liveness asks none of this: the consumer
 * connects anew by itself for as long as it takes, and a process that is started again finds no more of Kafka.
 */
export function memberOf(groupId: string, state: () => Membership): ReadyCheck {
  return {
    name: 'consumer',
    check: () => {
      const { joined, heartbeatAgeMs, fetchAgeMs, generation } = state();
      const group = `consumer group ${groupId}`;
      if (joined && Math.max(heartbeatAgeMs, fetchAgeMs) < SILENCE_MS)
        return { up: true, detail: `member of ${group}, generation ${generation ?? '?'}` };
      // Also between two generations, while the group is rebalanced.
      if (generation === null)
        return { up: false, detail: `is not a member of ${group} now: joining, or waiting for Kafka` };
      // A member that its group has dropped was never heard.
      if (heartbeatAgeMs === Infinity) return { up: false, detail: `was dropped from ${group}, joining it again` };
      const what = heartbeatAgeMs < SILENCE_MS ? 'fetch' : 'heartbeat';
      const seconds = Math.round(Math.max(heartbeatAgeMs, fetchAgeMs) / 1000);
      return { up: false, detail: `Kafka has not answered a ${what} of ${group} for ${seconds} s` };
    },
  };
}
