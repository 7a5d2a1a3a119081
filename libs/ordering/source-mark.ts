/**
 * Where a job came from (the router's exactly-once token). Within one epoch, marks only grow along a delivery
 * partition, so a job whose mark is not above the highest one seen is a repeat of a replayed router batch.
 */
export interface Mark {
  /** A new epoch means that the source topic was made anew: its offsets say nothing about earlier ones. */
  readonly epoch: string;
  readonly offset: number;
  readonly ordinal: number;
}

/** True when `mark` is news after `highest`: a later place in the same epoch, or another epoch. */
export function isAbove(mark: Mark, highest: Mark | null): boolean {
  if (highest === null || mark.epoch !== highest.epoch) return true;
  return mark.offset > highest.offset || (mark.offset === highest.offset && mark.ordinal > highest.ordinal);
}
