import kafkajs, { type Assigner, type Cluster, type GroupMember, type PartitionAssigner } from 'kafkajs';

const { AssignerProtocol } = kafkajs;

export const ASSIGNER_NAME = 'recho-same-partition';
const VERSION = 1;

/**
 * Gives partition number p of every topic to the same member, so that one worker owns a call's jobs wherever they are
 * (main topic, rungs, commands). kafkajs' own round robin counts across topics and tears them apart.
 *
 * @param onCreated receives the assigner object, and the consumer's connections: both its own for each consumer.
 */
export function samePartitionAssigner(onCreated: (assigner: Assigner, cluster: Cluster) => void): PartitionAssigner {
  return ({ cluster }: { cluster: Cluster }) => {
    const assigner: Assigner = {
      name: ASSIGNER_NAME,
      version: VERSION,
      assign: ({ members, topics }) =>
        Promise.resolve(assign(members, topics, (topic) => partitionsOf(cluster, topic))),
      protocol: ({ topics }) => ({
        name: ASSIGNER_NAME,
        metadata: AssignerProtocol.MemberMetadata.encode({ version: VERSION, topics, userData: Buffer.alloc(0) }),
      }),
    };
    onCreated(assigner, cluster);
    return assigner;
  };
}

/** Member i of n, by member id, gets the partition numbers p with p mod n = i, of all topics. Pure. */
export function shareOut(
  memberIds: readonly string[],
  partitionsByTopic: ReadonlyMap<string, readonly number[]>,
): Map<string, Record<string, number[]>> {
  const sorted = [...memberIds].sort();
  const shares = new Map(sorted.map((memberId) => [memberId, {} as Record<string, number[]>]));
  for (const [topic, partitions] of partitionsByTopic) {
    for (const partition of partitions) {
      const share = shares.get(sorted[partition % sorted.length]!)!;
      (share[topic] ??= []).push(partition);
    }
  }
  return shares;
}

function assign(
  members: GroupMember[],
  topics: string[],
  partitions: (topic: string) => number[],
): ReturnType<typeof toProtocol> {
  const byTopic = new Map(topics.map((topic) => [topic, partitions(topic)]));
  return toProtocol(
    shareOut(
      members.map(({ memberId }) => memberId),
      byTopic,
    ),
  );
}

function toProtocol(shares: Map<string, Record<string, number[]>>): { memberId: string; memberAssignment: Buffer }[] {
  return [...shares].map(([memberId, assignment]) => ({
    memberId,
    memberAssignment: AssignerProtocol.MemberAssignment.encode({
      version: VERSION,
      assignment,
      userData: Buffer.alloc(0),
    }),
  }));
}

function partitionsOf(cluster: Cluster, topic: string): number[] {
  return cluster
    .findTopicPartitionMetadata(topic)
    .map(({ partitionId }) => partitionId)
    .sort((a, b) => a - b);
}
