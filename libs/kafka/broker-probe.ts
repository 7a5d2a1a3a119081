import type { Kafka } from 'kafkajs';

export interface BrokerProbe {
  /** Resolves when a broker has answered a question asked after the call; kafkajs asks for as long as it takes. */
  ask(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A sign of life for services that only produce. One question is out at a time, however often `ask` is called:
 * kafkajs goes on asking a broker that is away for ever.
 */
export function createBrokerProbe(kafka: Kafka): BrokerProbe {
  const admin = kafka.admin();
  let connected: Promise<void> | null = null;
  let asking: Promise<unknown> | null = null;

  const question = async (): Promise<void> => {
    try {
      await (connected ??= admin.connect());
      await admin.describeCluster();
    } catch (error) {
      connected = null;
      throw error;
    } finally {
      asking = null;
    }
  };

  return {
    ask: async () => {
      await (asking ??= question());
    },
    close: () => admin.disconnect(),
  };
}
