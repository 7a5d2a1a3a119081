import { encodeJob, KIND_OF, type Job } from '#libs/contracts';
import { HEADERS, TOPICS, type OutgoingRecord } from '#libs/kafka';
import type { DeadLetter } from '#libs/storage';

/**
 * A dead letter as a job once more: the event of then, the endpoint of now, under the delivery id of then, on the
 * partition where its call's lane is. It carries no source mark: it comes late on purpose.
 * @param configVersion of the settings that the endpoint was read with, or an earlier one.
 * @param traceparent a new trace.
 */
export function redrivenJob(letter: DeadLetter, configVersion: number, traceparent: string): OutgoingRecord {
  const { deliveryId, endpoint, authType, event, receivedAt, redrives, partition, callId } = letter;
  const job: Job = {
    ...{ v: 1, deliveryId, endpoint, authType, event, receivedAt, configVersion },
    redrive: redrives + 1,
  };
  return {
    topic: TOPICS.jobs(KIND_OF[endpoint.endpointType]),
    // Recorded before partitions were kept: where our own producers put the call.
    ...(partition === null ? {} : { partition }),
    key: callId,
    value: encodeJob(job),
    headers: { [HEADERS.deliveryId]: deliveryId, [HEADERS.traceparent]: traceparent },
  };
}
