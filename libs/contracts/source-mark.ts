/**
 * Where a job came from: the router's exactly-once token. Marks only grow along a delivery partition within one
 * epoch, so the delivery side drops a job whose mark is not above the highest it has seen.
 */
export interface SourceMark {
  /** UUID kept in the router's commit metadata; a new one means the source topic was made anew. */
  readonly epoch: string;
  /** Offset of the event in `calls.events`. */
  readonly offset: number;
  /** The endpoint's own number: it orders the jobs of one event, and stays whatever comes or goes beside it. */
  readonly ordinal: number;
}
