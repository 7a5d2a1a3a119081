import { ByteReader, Unreadable } from './byte-reader.js';
import { readBatches, type WireRecord } from './record-batch.js';

/** The answer to a Fetch request of version 11, in kafkajs' words. */
export interface FetchResponse {
  readonly throttleTime: number;
  readonly clientSideThrottleTime: number;
  readonly errorCode: number;
  readonly sessionId: number;
  readonly responses: readonly { readonly topicName: string; readonly partitions: readonly FetchedPartition[] }[];
}

interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  readonly lastStartOffset: string;
  readonly abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[];
  readonly preferredReadReplica: number;
  readonly messages: readonly WireRecord[];
}

/**
 * Reads what kafkajs reads, and gives what it gives; kafkajs makes an object with a position for each record, a BigInt
 * for each number in it, and a copy of the headers for each header.
 * @returns null: it holds what only kafkajs reads (something compressed, old formats).
 */
export function decodeFetch(payload: Buffer): FetchResponse | null {
  const from = new ByteReader(payload);
  try {
    const clientSideThrottleTime = from.int32();
    const errorCode = from.int16();
    const sessionId = from.int32();
    const responses = listOf(from, () => {
      const topicName = from.text(from.int16());
      return { topicName, partitions: listOf(from, () => readPartition(from)) };
    });
    // The broker has not held the answer back; who asked is to wait (kafkajs does).
    return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

function readPartition(from: ByteReader): FetchedPartition {
  const partition = {
    partition: from.int32(),
    errorCode: from.int16(),
    highWatermark: String(from.int64()),
    lastStableOffset: String(from.int64()),
    lastStartOffset: String(from.int64()),
    abortedTransactions: listOf(from, () => ({
      producerId: String(from.int64()),
      firstOffset: String(from.int64()),
    })),
    preferredReadReplica: from.int32(),
    messages: [] as WireRecord[],
  };
  const length = from.int32();
  if (length <= 0) return partition;
  const end = from.at + length;
  if (end > from.buffer.length) throw new Unreadable('an answer that is cut off');
  readBatches(from, end, partition.messages);
  from.at = end;
  return partition;
}

function listOf<Item>(from: ByteReader, read: () => Item): Item[] {
  const items: Item[] = [];
  for (let left = from.int32(); left > 0; left -= 1) items.push(read());
  return items;
}
