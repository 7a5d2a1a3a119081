import { describe, expect, it } from '@jest/globals';
import { fetchInSessions, type FetchingBroker } from './fetch-in-sessions.js';
import type { FetchRequest } from './wire/fetch-request.js';
import type { FetchResponse } from './wire/fetch-response.js';

type Sent = FetchRequest & { readonly request: { readonly apiVersion: number } };
type Answer = Partial<FetchResponse> | Error;

/** A broker of kafkajs that answers with what it is given, and notes what it is asked. */
function brokerThat(answers: (Answer | Promise<Answer>)[], apiVersion = 11) {
  const asked: string[] = [];
  class Broker {
    readonly connectionPool = {
      send: async (exchange: object): Promise<FetchResponse> => {
        const { sessionId, sessionEpoch, topics } = exchange as Sent;
        asked.push(`${sessionId}:${sessionEpoch} ${topics.length}`);
        const answer = await answers.shift()!;
        if (answer instanceof Error) throw answer;
        return { errorCode: 0, sessionId: 9, responses: [], ...answer } as unknown as FetchResponse;
      },
    };
    lookupRequest = () => (args: object) => ({ ...args, request: { apiVersion } });
    fetch(): Promise<Pick<FetchResponse, 'responses'>> {
      asked.push("kafkajs' own");
      return Promise.resolve({ responses: [] });
    }
    disconnect(): Promise<void> {
      asked.push('disconnected');
      return Promise.resolve();
    }
  }
  expect(fetchInSessions(Broker as unknown as { prototype: FetchingBroker }, { versions: [] })).toBe(true);
  return { broker: new Broker() as unknown as FetchingBroker, asked };
}

const request: FetchRequest = {
  ...{ maxWaitTime: 1, minBytes: 1, maxBytes: 1 },
  topics: [{ topic: 'jobs', partitions: [{ partition: 0, fetchOffset: '0', maxBytes: 1 }] }],
};

describe('fetches of a consumer', () => {
  it('name everything once, and again after an error of the broker or a connection', async () => {
    const closed = Object.assign(new Error('closed'), { name: 'KafkaJSConnectionClosedError' });
    const { broker, asked } = brokerThat([{}, {}, { errorCode: 70, sessionId: 0 }, {}, closed, {}, {}]);
    for (let left = 4; left > 0; left -= 1) await broker.fetch(request);
    await expect(broker.fetch(request)).rejects.toBe(closed);
    await broker.fetch(request);
    await broker.fetch(request);
    expect(asked).toEqual(['0:0 1', '9:1 0', '9:2 0', '9:0 1', '9:1 0', 'disconnected', '9:0 1', '9:1 0']);
  });

  it('are left to kafkajs where the broker speaks an older version', async () => {
    const { broker, asked } = brokerThat([], 10);
    await broker.fetch(request);
    await broker.fetch(request);
    expect(asked).toEqual(["kafkajs' own", "kafkajs' own"]);
  });

  it('are left to kafkajs while another one is under way', async () => {
    let answer!: (answer: Answer) => void;
    const { broker, asked } = brokerThat([new Promise<Answer>((resolve) => (answer = resolve)), {}]);
    const first = broker.fetch(request);
    await broker.fetch(request);
    answer({});
    await first;
    await broker.fetch(request);
    expect(asked).toEqual(['0:0 1', "kafkajs' own", '9:1 0']);
  });

  it('hand on what is new, and where else to read, but no partition that is empty', async () => {
    const partition = (number: number, messages: unknown[], preferredReadReplica = -1) =>
      ({ partition: number, messages, preferredReadReplica }) as never;
    const partitions = [partition(0, []), partition(1, ['a record']), partition(2, [], 5)];
    const { broker } = brokerThat([{ responses: [{ topicName: 'jobs', partitions }] }]);
    const { responses } = await broker.fetch(request);
    expect(responses).toEqual([{ topicName: 'jobs', partitions: partitions.slice(1) }]);
  });
});
