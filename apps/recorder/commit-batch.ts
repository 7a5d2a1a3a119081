import { FencedError, type RecordBatch } from '#libs/kafka';

/** All of a batch is written. */
export async function commitBatch({ topic, partition, records, assignment }: RecordBatch): Promise<void> {
  const last = records.at(-1);
  if (last === undefined) return;
  try {
    await assignment.commit([{ topic, partition, offset: last.offset + 1, metadata: '' }]);
  } catch (error) {
    // The partition has another owner, which reads these records again and finds them written.
    if (!(error instanceof FencedError)) throw error;
  }
}
