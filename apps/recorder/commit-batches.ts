import { FencedError, type RecordBatch } from '#libs/kafka';

/** All of these is written. @param batches with records, all of one assignment. */
export async function commitBatches(batches: readonly RecordBatch[]): Promise<void> {
  const [first] = batches;
  if (first === undefined) return;
  try {
    await first.assignment.commit(
      batches.map(({ topic, partition, records }) => ({
        topic,
        partition,
        offset: records.at(-1)!.offset + 1,
        metadata: '',
      })),
    );
  } catch (error) {
    // The partitions have another owner, which reads these records again and finds them written.
    if (!(error instanceof FencedError)) throw error;
  }
}
