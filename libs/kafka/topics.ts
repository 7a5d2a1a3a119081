import type { Kind } from '#libs/contracts';

export const KINDS: readonly Kind[] = ['slack', 'teams', 'email', 'custom'];

/** The rungs of the ladder that `RETRY_LADDER` has when it is not set. */
export const DEFAULT_RUNGS = 6;

/** Every topic's name, by role. */
export const TOPICS = {
  events: 'calls.events',
  rejected: 'calls.events.rejected',
  attempts: 'deliveries.attempts',
  platform: 'platform.events',
  jobs: (kind: Kind) => `deliveries.${kind}`,
  /** @param rung 1 to the ladder's length */
  retry: (kind: Kind, rung: number) => `deliveries.${kind}.retry.${rung}`,
  commands: (kind: Kind) => `deliveries.${kind}.commands`,
  dlq: (kind: Kind) => `deliveries.${kind}.dlq`,
} as const;

export interface TopicSpec {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
}

/** Room for a 256 KiB event with its endpoint snapshot and headers, many to a batch. */
const MAX_MESSAGE_BYTES = String(2 * 1024 * 1024);
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The one table of topics. All have the same number of partitions: everything of a call stays on one partition number.
 * `calls.events` is stamped by the broker (LogAppendTime), so that a producer's clock cannot date an event wrongly.
 * @param rungs how many the ladder has: each is a topic.
 */
export function allTopics(rungs: number = DEFAULT_RUNGS): readonly TopicSpec[] {
  const topic = (name: string, retentionDays: number, config: Record<string, string> = {}): TopicSpec => ({
    name,
    config: {
      'retention.ms': String(retentionDays * DAY_MS),
      'max.message.bytes': MAX_MESSAGE_BYTES,
      ...config,
    },
  });
  return [
    topic(TOPICS.events, 7, { 'message.timestamp.type': 'LogAppendTime' }),
    topic(TOPICS.rejected, 30),
    topic(TOPICS.attempts, 7),
    topic(TOPICS.platform, 30),
    ...KINDS.flatMap((kind) => [
      topic(TOPICS.jobs(kind), 7),
      ...Array.from({ length: rungs }, (_, index) => topic(TOPICS.retry(kind, index + 1), 7)),
      topic(TOPICS.commands(kind), 7),
      topic(TOPICS.dlq(kind), 30),
    ]),
  ];
}
