/**
 * Ways to build the engine wrongly around the right core. The simulation must catch each of them, and by the invariant
 * named here: a simulation that cannot fail proves nothing.
 */
export const BREAKS = {
  'next before settled': ['I2', 'the next job goes out while the finish before it is only in memory'],
  'promote before settled': ['I2', 'a promoted follower is attempted while its own record may be read again'],
  'again before settled': ['I2', 'a head that failed is attempted again while its own record may be read again'],
  'skip before settled': ['I2', 'an operator skips a head whose own record may be read again'],
  'row is settled': ['I2', 'a row that was taken over is driven although its record may be read again'],
  'row before wake-up': ['I3', 'Postgres is written before the wake-up is on its rung'],
  'finish before written': ['I3', 'the record is finished before Postgres has the job'],
  'finish a named wake-up': ['I3', 'the wake-up is finished before the row has moved on'],
  'commit before finished': ['I3', 'the commit says how far was read, not what is finished'],
  'commit the highest mark': ['I3', "the commit's mark is the highest one seen, not the one at the commit point"],
  'tell by attempt 0': ['I3', '"no wake-up is out" is told by the number of attempts instead of a flag'],
  'do not resume': ['I3', 'a row without a wake-up is left alone when the partition is taken over'],
  'advance whoever': ['I3', 'an advance that is made twice resolves the next job, too'],
  'ignore marks': ['I4', 'a job that a replayed router batch brought again is taken for a new one'],
  'no generation check': ['I4', "a stalled owner's commit takes the offset back"],
  'stalled owner attempts': ['I1', 'ownership is not looked at right before the request'],
  'spill without withdrawing': ['I1', 'a head that was spilled for want of room is attempted all the same'],
  'spill in flight': ['I1', 'a head is spilled while its request is under way'],
  'spill by an old hold': ['I1', 'a hold that is over spills a head that an operator has set going meanwhile'],
  'any wake-up acts': ['I1', 'a wake-up sets a head going that was spilled without one'],
  'spill spends a retry': ['I7', 'a head that is spilled for want of room is counted as attempted'],
  'spilled is left': ['I3', 'a head that was spilled waits for the next owner'],
  'no epoch check': ['store', "a stalled owner's writes are made"],
  'no proof after epoch': ['I4', 'who stalled before it raised the epoch goes on although others have worked since'],
  'rows before epoch': ['store', 'rows are read before the epoch is raised, while the old owner may still write'],
  'out of turn': ['store', "a lane's writes overtake each other"],
  'tell by attempts alone': ['due', 'a wake-up that is out twice acts without its due time'],
  'hand over at once': ['once', 'a drain does not wait until what has ended is settled'],
  'rung before due': ['due', 'a rung is read on without a look at the clock'],
} as const satisfies Record<string, readonly [invariant: string, meaning: string]>;

export type Break = keyof typeof BREAKS;
