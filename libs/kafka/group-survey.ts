import type { Admin, Kafka } from 'kafkajs';
import type { Kind } from '#libs/contracts';
import { KINDS, TOPICS } from './topics.js';

/** A consumer group as Kafka knows it. */
export interface SurveyedGroup {
  readonly groupId: string;
  /** Kafka's word: `Stable`, `PreparingRebalance`, `CompletingRebalance`, `Empty`, `Dead` (there never was one). */
  readonly state: string;
  readonly members: number;
  /** Records above the commits, by topic; where nothing was committed yet: all that there are. */
  readonly lag: ReadonlyMap<string, number>;
}

export interface GroupSurvey {
  /** Asks for as long as it takes; whoever asks meanwhile gets the same answer. */
  ask(): Promise<readonly SurveyedGroup[]>;
  close(): Promise<void>;
}

/** The consumer groups of our services. Asks Kafka alone, so it knows of those that have stopped, too. */
export function createGroupSurvey(kafka: Kafka): GroupSurvey {
  const admin = kafka.admin();
  let connected: Promise<void> | null = null;
  let asking: Promise<readonly SurveyedGroup[]> | null = null;

  const survey = async (): Promise<readonly SurveyedGroup[]> => {
    try {
      await (connected ??= admin.connect());
      return await surveyOf(admin);
    } catch (error) {
      connected = null;
      throw error;
    } finally {
      asking = null;
    }
  };

  return { ask: () => (asking ??= survey()), close: () => admin.disconnect() };
}

async function surveyOf(admin: Admin): Promise<readonly SurveyedGroup[]> {
  const existing = await admin.listTopics();
  const topicsOf = new Map(
    groupTopics(existing).map(([groupId, topics]) => [groupId, topics.filter((topic) => existing.includes(topic))]),
  );
  const [{ groups }, ends] = await Promise.all([
    admin.describeGroups([...topicsOf.keys()]),
    endsOf(admin, [...topicsOf.values()].flat()),
  ]);
  return Promise.all(
    [...topicsOf].map(async ([groupId, topics]) => {
      const found = groups.find((group) => group.groupId === groupId);
      const lag = await lagOf(admin, groupId, topics, ends);
      return { groupId, state: found?.state ?? 'Dead', members: found?.members.length ?? 0, lag };
    }),
  );
}

function groupTopics(existing: readonly string[]): readonly (readonly [groupId: string, topics: readonly string[]])[] {
  const rungs = (kind: Kind) => existing.filter((topic) => topic.startsWith(`deliveries.${kind}.retry.`)).toSorted();
  return [
    ['router', [TOPICS.events]],
    ...KINDS.map((kind) => [`delivery-${kind}`, [TOPICS.jobs(kind), ...rungs(kind), TOPICS.commands(kind)]] as const),
    ['recorder', [TOPICS.attempts]],
  ];
}

/** By partition. */
interface Ends {
  readonly low: number;
  readonly high: number;
}

async function endsOf(
  admin: Admin,
  topics: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<number, Ends>>> {
  const found = topics.map(async (topic) => {
    const offsets = await admin.fetchTopicOffsets(topic);
    const ends = offsets.map(
      ({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }] as const,
    );
    return [topic, new Map(ends)] as const;
  });
  return new Map(await Promise.all(found));
}

async function lagOf(
  admin: Admin,
  groupId: string,
  topics: readonly string[],
  ends: Awaited<ReturnType<typeof endsOf>>,
): Promise<ReadonlyMap<string, number>> {
  if (topics.length === 0) return new Map();
  const committed = await admin.fetchOffsets({ groupId, topics: [...topics] });
  return new Map(
    committed.map(({ topic, partitions }) => {
      const lags = partitions.map(({ partition, offset }) => {
        const { low = 0, high = 0 } = ends.get(topic)?.get(partition) ?? {};
        // Below the beginning: retention took what nobody had read. -1: nothing was committed.
        return Math.max(0, high - Math.max(low, Number(offset)));
      });
      return [topic, lags.reduce((sum, lag) => sum + lag, 0)] as const;
    }),
  );
}
