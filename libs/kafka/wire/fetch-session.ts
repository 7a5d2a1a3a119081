/** What a fetch asks for of one partition. */
export interface FetchPartition {
  readonly partition: number;
  readonly fetchOffset: string;
  readonly maxBytes: number;
}

export interface FetchTopic {
  readonly topic: string;
  readonly partitions: readonly FetchPartition[];
}

/** The part of a Fetch request that says what is wanted. */
export interface SessionRequest {
  readonly sessionId: number;
  readonly sessionEpoch: number;
  readonly topics: readonly FetchTopic[];
  readonly forgottenTopics: readonly ForgottenTopic[];
}

export interface ForgottenTopic {
  readonly topic: string;
  readonly partitions: readonly number[];
}

type Told = ReadonlyMap<string, ReadonlyMap<number, FetchPartition>>;

/** A request of this epoch names all partitions, ends the session that it names, and begins another. */
const FIRST_EPOCH = 0;
const LAST_EPOCH = 0x7fffffff;
const NO_SESSION = 0;

/**
 * What a broker remembers of one consumer's fetches (KIP-227, incremental fetch sessions): a request then names what
 * changed since the one before, and the answer holds the partitions that have something. kafkajs names every partition in
 * every request, and is told of every one that it is empty.
 *
 * Whatever goes wrong, the next request names everything again: nobody needs to know what became of the last one.
 */
export class FetchSession {
  private id = NO_SESSION;
  private epoch = FIRST_EPOCH;
  private told: Told = new Map();
  private turn = 0;

  /** @param wanted all that is to be read. One request at a time: the next when this one was answered or has failed. */
  ask(wanted: readonly FetchTopic[]): SessionRequest {
    const { id: sessionId, epoch: sessionEpoch, told: before } = this;
    const now: Told = new Map(wanted.map(({ topic, partitions }) => [topic, byNumber(partitions)]));
    this.told = now;
    if (sessionEpoch === FIRST_EPOCH) {
      this.turn += 1;
      return { sessionId, sessionEpoch, topics: inTurn(wanted, this.turn), forgottenTopics: [] };
    }
    const topics = wanted.flatMap(({ topic, partitions }) => {
      const known = before.get(topic);
      const changed = partitions.filter((one) => !isSame(known?.get(one.partition), one));
      return changed.length === 0 ? [] : [{ topic, partitions: changed }];
    });
    const forgottenTopics = [...before].flatMap(([topic, known]) => {
      const wantedStill = now.get(topic);
      const partitions = [...known.keys()].filter((partition) => wantedStill?.has(partition) !== true);
      return partitions.length === 0 ? [] : [{ topic, partitions }];
    });
    return { sessionId, sessionEpoch, topics, forgottenTopics };
  }

  /**
   * The broker's answer. With an error it knows this session no more (it was started anew, or had to make room); without
   * an id it keeps none for us.
   */
  answered({ errorCode, sessionId }: { readonly errorCode: number; readonly sessionId: number }): void {
    if (errorCode !== 0 || sessionId === NO_SESSION) return this.failed();
    this.id = sessionId;
    this.epoch = this.epoch === LAST_EPOCH ? FIRST_EPOCH + 1 : this.epoch + 1;
  }

  /** No answer came, or one that tells of an error. */
  failed(): void {
    this.epoch = FIRST_EPOCH;
  }
}

function byNumber(partitions: readonly FetchPartition[]): Map<number, FetchPartition> {
  return new Map(partitions.map((one) => [one.partition, one]));
}

function isSame(known: FetchPartition | undefined, one: FetchPartition): boolean {
  return known?.fetchOffset === one.fetchOffset && known.maxBytes === one.maxBytes;
}

/** An answer has room for so much: each topic, and each partition in it, comes first in its turn (KIP-74). */
function inTurn(topics: readonly FetchTopic[], turn: number): FetchTopic[] {
  return rotated(topics, turn).map(({ topic, partitions }) => ({ topic, partitions: rotated(partitions, turn) }));
}

function rotated<Item>(items: readonly Item[], turn: number): Item[] {
  const first = turn % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}
