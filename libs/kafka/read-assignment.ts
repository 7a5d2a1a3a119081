import type ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';
import { GroupAssignment, place } from './group-assignment.js';

type Assigned = readonly { readonly topic: string; readonly partitions: number[] }[];

/** The assignment that the group just got, with the commits and the ends as they are now. */
export async function readAssignment(group: ConsumerGroup): Promise<GroupAssignment> {
  const { generationId, memberId, offsetManager } = group;
  if (generationId === null || memberId === null || offsetManager === null) {
    throw new Error('kafkajs joined a group without a generation, a member id and offsets');
  }
  const assigned = group.assigned().filter(({ partitions }) => partitions.length > 0);
  const [commits, ends] = await Promise.all([readCommits(group, assigned), readEnds(group, assigned)]);
  const partitions = new Map(assigned.map(({ topic, partitions: numbers }) => [topic, numbers]));
  return new GroupAssignment(generationId, memberId, partitions, {
    commits,
    ends,
    offsets: offsetManager,
    heartbeat: () => group.coordinator.heartbeat({ groupId: group.groupId, memberId, groupGenerationId: generationId }),
  });
}

async function readCommits({ coordinator, groupId }: ConsumerGroup, assigned: Assigned) {
  const commits = new Map<string, { offset: number; metadata: string }>();
  if (assigned.length === 0) return commits;
  const { responses } = await coordinator.offsetFetch({
    groupId,
    topics: assigned.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((partition) => ({ partition })),
    })),
  });
  for (const { topic, partitions } of responses) {
    for (const { partition, offset, metadata } of partitions) {
      if (Number(offset) >= 0)
        commits.set(place(topic, partition), { offset: Number(offset), metadata: metadata ?? '' });
    }
  }
  return commits;
}

/** Every record counts, also one behind a transaction that is still open; kafkajs' own question would not see those. */
const READ_UNCOMMITTED = 0;
const THE_END = -1;

/** One request to each broker that leads some of the partitions. */
export async function readEnds({ cluster }: ConsumerGroup, assigned: Assigned): Promise<ReadonlyMap<string, number>> {
  const ends = new Map<string, number>();
  const byLeader = new Map<string, { topic: string; partitions: { partition: number; timestamp: number }[] }[]>();
  for (const { topic, partitions } of assigned) {
    for (const [nodeId, numbers] of Object.entries(cluster.findLeaderForPartitions(topic, partitions))) {
      const topics = byLeader.get(nodeId) ?? [];
      byLeader.set(nodeId, topics);
      topics.push({ topic, partitions: numbers.map((partition) => ({ partition, timestamp: THE_END })) });
    }
  }
  try {
    await Promise.all(
      [...byLeader].map(async ([nodeId, topics]) => {
        const leader = await cluster.findBroker({ nodeId });
        const { responses } = await leader.listOffsets({ isolationLevel: READ_UNCOMMITTED, topics });
        for (const { topic, partitions } of responses) {
          for (const { partition, offset } of partitions) ends.set(place(topic, partition), Number(offset));
        }
      }),
    );
    for (const { topic, partitions } of assigned) {
      const unknown = partitions.find((partition) => !ends.has(place(topic, partition)));
      if (unknown !== undefined) throw new Error(`Kafka has named no leader for ${topic}/${unknown} yet`);
    }
  } catch (error) {
    // A leader that has moved: kafkajs would ask the old one again.
    await cluster.refreshMetadata();
    throw error;
  }
  return ends;
}
