import kafkajs, { type EachBatchPayload } from 'kafkajs';
import type { GroupAssignment } from './group-assignment.js';
import type { RecordBatch } from './records.js';

export function toRecordBatch(batch: EachBatchPayload['batch'], assignment: GroupAssignment): RecordBatch {
  return {
    topic: batch.topic,
    partition: batch.partition,
    records: batch.messages.map((message) => ({
      offset: Number(message.offset),
      key: message.key,
      value: message.value,
      headers: message.headers,
      timestamp: Number(message.timestamp),
    })),
    highWatermark: Number(batch.highWatermark),
    assignment,
  };
}

/** An error that makes kafkajs join the group again. */
export function rejoin(): Error {
  return Object.assign(
    new kafkajs.KafkaJSError('joining again to read positions from the commits', { retriable: true }),
    {
      type: 'REBALANCE_IN_PROGRESS',
    },
  );
}
