import type { JobRef, Lane } from '#libs/ordering';

/**
 * What a lane's head waits for:
 * `attempt` its attempt is under way, or waits for room; `commit` what it came to, or where it lies, is being committed;
 * `postgres` its row is being written; `retry` a wake-up on a rung; `fault` a fault of ours is waited out.
 */
export const LANE_CAUSES = ['attempt', 'commit', 'postgres', 'retry', 'fault'] as const;
export type LaneCause = (typeof LANE_CAUSES)[number];

/** The lanes of a process at one moment. */
export interface LaneCounts {
  /** With a row in Postgres. */
  readonly parked: number;
  /** Of those, the ones that wait for no wake-up: they go on as soon as there is room at their endpoint. */
  readonly spilled: number;
  readonly waiting: Readonly<Record<LaneCause, number>>;
  /** Jobs in memory behind a head. */
  readonly followers: number;
}

export const NO_LANES: LaneCounts = {
  parked: 0,
  spilled: 0,
  waiting: { attempt: 0, commit: 0, postgres: 0, retry: 0, fault: 0 },
  followers: 0,
};

export function countLanes<Job extends JobRef>(lanes: Iterable<Lane<Job>>): LaneCounts {
  const waiting = { ...NO_LANES.waiting };
  let parked = 0;
  let spilled = 0;
  let followers = 0;
  for (const lane of lanes) {
    waiting[causeOf(lane)] += 1;
    followers += lane.followers.length;
    if (lane.row === null) continue;
    parked += 1;
    if (lane.row.wakeUp === null) spilled += 1;
  }
  return { parked, spilled, waiting, followers };
}

/** The counts of several partitions together. */
export function addLanes(counts: readonly LaneCounts[]): LaneCounts {
  return counts.reduce(
    (total, one) => ({
      parked: total.parked + one.parked,
      spilled: total.spilled + one.spilled,
      waiting: Object.fromEntries(
        LANE_CAUSES.map((cause) => [cause, total.waiting[cause] + one.waiting[cause]]),
      ) as Record<LaneCause, number>,
      followers: total.followers + one.followers,
    }),
    NO_LANES,
  );
}

function causeOf<Job extends JobRef>({ phase, row }: Lane<Job>): LaneCause {
  switch (phase) {
    case 'attempting':
      return 'attempt';
    case 'holding':
      return 'fault';
    case 'settling':
      return 'commit';
    case 'writing':
      return 'postgres';
    case 'waiting':
      return row?.wakeUp == null ? 'commit' : 'retry';
  }
}
