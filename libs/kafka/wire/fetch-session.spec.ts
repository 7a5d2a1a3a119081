import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FetchSession, type FetchTopic, type SessionRequest } from './fetch-session.js';

/* Oracle: a broker as KIP-227 has it. Whatever happened before, it must come to read exactly what is wanted. */

const SESSION_NOT_FOUND = 70;
const INVALID_EPOCH = 71;

class Broker {
  private session: { id: number; epoch: number; reads: Map<string, string> } | null = null;
  private lastId = 0;
  /** Partitions that the last request named. */
  named = 0;

  /** What the request made it read, by topic and partition; null when it answers with an error. */
  reads: Map<string, string> | null = null;

  ask(request: SessionRequest, hasRoom: boolean): { errorCode: number; sessionId: number } {
    const { sessionId, sessionEpoch, topics, forgottenTopics } = request;
    const entries = topics.flatMap(({ topic, partitions }) =>
      partitions.map((one) => [`${topic}/${one.partition}`, `${one.fetchOffset}+${one.maxBytes}`] as const),
    );
    this.named = entries.length;
    this.reads = null;
    if (sessionEpoch === 0) {
      this.reads = new Map(entries);
      this.session = hasRoom ? { id: (this.lastId += 1), epoch: 1, reads: new Map(entries) } : null;
      return { errorCode: 0, sessionId: this.session?.id ?? 0 };
    }
    if (this.session?.id !== sessionId) return { errorCode: SESSION_NOT_FOUND, sessionId: 0 };
    if (this.session.epoch !== sessionEpoch) return { errorCode: INVALID_EPOCH, sessionId: 0 };
    for (const [place, at] of entries) this.session.reads.set(place, at);
    for (const { topic, partitions } of forgottenTopics) {
      for (const partition of partitions) this.session.reads.delete(`${topic}/${partition}`);
    }
    this.session.epoch += 1;
    this.reads = this.session.reads;
    return { errorCode: 0, sessionId };
  }

  forget(): void {
    this.session = null;
  }
}

function asPlaces(wanted: readonly FetchTopic[]): [string, string][] {
  return wanted
    .flatMap(({ topic, partitions }) =>
      partitions.map((one): [string, string] => [`${topic}/${one.partition}`, `${one.fetchOffset}+${one.maxBytes}`]),
    )
    .sort();
}

const partition = fc.record({
  partition: fc.nat(3),
  fetchOffset: fc.nat(2).map(String),
  maxBytes: fc.constantFrom(10, 20),
});
const wanted = fc.uniqueArray(
  fc.record({
    topic: fc.constantFrom('jobs', 'retries', 'commands'),
    partitions: fc.uniqueArray(partition, { minLength: 1, selector: (one) => one.partition }),
  }),
  { minLength: 1, selector: ({ topic }) => topic },
);
const step = fc.record({
  wanted,
  /** Of what comes before the request, and what becomes of it. */
  event: fc.constantFrom('answered', 'answered', 'answered', 'request lost', 'answer lost', 'forgotten', 'no room'),
});

describe('a fetch session', () => {
  it('makes the broker read what is wanted, whatever was lost or forgotten; at the latest with the second request', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const session = new FetchSession();
        const broker = new Broker();
        for (const { wanted, event } of steps) {
          if (event === 'forgotten') broker.forget();
          const request = session.ask(wanted);
          if (event === 'request lost') {
            session.failed();
            continue;
          }
          const answer = broker.ask(request, event !== 'no room');
          if (event === 'answer lost') {
            session.failed();
            continue;
          }
          session.answered(answer);
          if (answer.errorCode !== 0) {
            session.answered(broker.ask(session.ask(wanted), true));
          }
          expect([...broker.reads!].sort()).toEqual(asPlaces(wanted));
        }
      }),
    );
  });

  it('names what has changed, and nothing when nothing has', () => {
    const session = new FetchSession();
    const broker = new Broker();
    const at = (offset: string): FetchTopic[] => [
      { topic: 'jobs', partitions: [0, 1, 2].map((partition) => ({ partition, fetchOffset: '0', maxBytes: 1 })) },
      { topic: 'retries', partitions: [{ partition: 0, fetchOffset: offset, maxBytes: 1 }] },
    ];
    const named = [at('0'), at('0'), at('7')].map((wanted) => {
      session.answered(broker.ask(session.ask(wanted), true));
      return broker.named;
    });
    expect(named).toEqual([4, 0, 1]);
    expect(session.ask(at('7').slice(1)).forgottenTopics).toEqual([{ topic: 'jobs', partitions: [0, 1, 2] }]);
  });

  it('asks for every topic and partition first in its turn while the broker keeps none', () => {
    const session = new FetchSession();
    const three = [0, 1, 2].map((partition) => ({ partition, fetchOffset: '0', maxBytes: 1 }));
    const firsts = Array.from({ length: 6 }, () => {
      const [first] = session.ask([
        { topic: 'jobs', partitions: three },
        { topic: 'retries', partitions: three },
      ]).topics;
      session.answered({ errorCode: 0, sessionId: 0 });
      return `${first!.topic}/${first!.partitions[0]!.partition}`;
    });
    expect(new Set(firsts)).toEqual(new Set(['jobs/0', 'jobs/1', 'jobs/2', 'retries/0', 'retries/1', 'retries/2']));
  });
});
