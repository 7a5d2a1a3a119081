/** The parts of kafkajs 2.2.4's inside that we wrap (see kafkajs-patches.ts); the version is checked at start. */
declare module 'kafkajs/src/consumer/consumerGroup.js' {
  export interface GroupOffsets {
    commitOffsets(offsets: {
      topics: { topic: string; partitions: { partition: number; offset: string; metadata: string }[] }[];
    }): Promise<void>;
  }
  export default class ConsumerGroup {
    groupId: string;
    generationId: number | null;
    memberId: string | null;
    assigners: readonly object[];
    offsetManager: GroupOffsets | null;
    cluster: {
      /** Partition numbers by the id of the broker that leads them; those without one are left out. */
      findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, number[]>;
      findBroker(broker: { nodeId: string }): Promise<{
        listOffsets(request: {
          isolationLevel: number;
          topics: { topic: string; partitions: { partition: number; timestamp: number }[] }[];
        }): Promise<{ responses: { topic: string; partitions: { partition: number; offset: string }[] }[] }>;
      }>;
      refreshMetadata(): Promise<void>;
    };
    coordinator: {
      heartbeat(request: { groupId: string; memberId: string; groupGenerationId: number }): Promise<void>;
      offsetFetch(request: {
        groupId: string;
        topics: { topic: string; partitions: { partition: number }[] }[];
      }): Promise<{
        responses: {
          topic: string;
          partitions: { partition: number; offset: string; metadata: string | null; errorCode: number }[];
        }[];
      }>;
    };
    assigned(): { topic: string; partitions: number[] }[];
    paused(): { topic: string; partitions: number[] }[];
    pause(topicPartitions: readonly { topic: string; partitions: number[] }[]): void;
    resume(topicPartitions: readonly { topic: string; partitions: number[] }[]): void;
    getNodeIds(): readonly string[];
    leave(): Promise<void>;
    joinAndSync(): Promise<void>;
    /** @returns batches. */
    fetch(nodeId: string): Promise<unknown[]>;
  }
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    pending: unknown[];
    scheduleCheckPendingRequests(): void;
  }
}

declare module 'kafkajs/src/cluster/brokerPool.js' {
  export default class BrokerPool {
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    createSeedBroker(): Promise<void>;
  }
}

declare module 'kafkajs/package.json' {
  const manifest: { version: string };
  export default manifest;
}
