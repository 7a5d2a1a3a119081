import type { LaneCommand } from '#libs/contracts';
import { TOPICS, type Producer } from '#libs/kafka';
import type { FoundLane } from '#libs/storage';
import { unavailable } from '../http/problem.js';

/** Commands to the owners of lanes. Nobody else may change one. */
export class LaneCommands {
  constructor(private readonly producer: Pick<Producer, 'send'>) {}

  /**
   * Resolves when Kafka has acknowledged it. It names the head and the attempts that were seen: its lane's owner ignores
   * it when the lane has moved on, so that asking twice does no harm.
   * @throws Problem 503 when Kafka did not in time: the command may or may not be there.
   */
  async send({ kind, partition, callId: key }: FoundLane, command: LaneCommand): Promise<void> {
    try {
      await this.producer.send([{ topic: TOPICS.commands(kind), partition, key, value: JSON.stringify(command) }]);
    } catch (error) {
      throw unavailable(
        'kafka_away',
        'Kafka has not acknowledged the command, which may or may not be carried out; look at the lane, and ask again',
        error,
      );
    }
  }
}
