import type { AttemptRecord } from '#libs/contracts';
import type { IncomingRecord } from '#libs/kafka';
import { rungTopic } from './jobs.fixture.js';
import type { RecordToSend } from './ports.js';

/* For specs: what was sent, as it is read. */

interface Sent {
  readonly sent: readonly RecordToSend[];
}

export const reportsOf = ({ sent }: Sent) =>
  sent
    .filter(({ topic }) => topic === 'deliveries.attempts')
    .map(({ value }) => JSON.parse(String(value)) as AttemptRecord);
/** What was sent to a rung, as it is read from it. */
export const wakeUpsOf = ({ sent }: Sent, rung: number): IncomingRecord[] =>
  sent
    .filter(({ topic }) => topic === rungTopic(rung))
    .map(({ key, value, headers = {} }, offset) => ({
      offset,
      key: Buffer.from(key),
      value: Buffer.from(value),
      headers,
      timestamp: 0,
    }));
export const deadOf = ({ sent }: Sent) => sent.filter(({ topic }) => topic === 'deliveries.custom.dlq');
