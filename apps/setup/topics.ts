import { BROKERS_DEFAULT, createKafka, ensureTopics, type Log } from '#libs/kafka';
import { kafkaConnection } from '#libs/runtime';
import type { TopicsSettings } from './settings.js';

/**
 * Makes the topics that are missing; repeatable.
 * @returns what there is now, in a sentence.
 * @throws Error when the brokers are away for SETUP_TIMEOUT, or topics are there that do not fit the settings.
 */
export async function makeTopics(settings: TopicsSettings): Promise<string> {
  const { PARTITIONS: partitions, RETRY_LADDER: ladder, SETUP_TIMEOUT: timeoutMs } = settings;
  const heard = new LastFault();
  const kafka = createKafka({ ...kafkaConnection(settings), clientId: 'recho-setup', log: heard });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    // kafkajs never gives up: whoever waits for it has to.
    timer = setTimeout(() => reject(new Error(awayText(settings, heard.text))), timeoutMs);
  });
  const made = ensureTopics(kafka, { partitions, replicationFactor: BROKERS_DEFAULT, rungs: ladder.length });
  try {
    const created = await Promise.race([made, late]);
    const done = created.length === 0 ? 'all topics were there' : `made ${created.length} topics`;
    return `${done}, each with ${partitions} partitions, ${ladder.length} rungs for each kind`;
  } finally {
    clearTimeout(timer);
  }
}

function awayText({ KAFKA_BROKERS: brokers, SETUP_TIMEOUT: timeoutMs }: TopicsSettings, heard: string): string {
  const said = heard === '' ? '' : ` (${heard})`;
  return (
    `Kafka at ${brokers.join(', ')} could not be used within ${timeoutMs} ms${said}: ` +
    'start it, or correct KAFKA_BROKERS, KAFKA_TLS and KAFKA_SASL_*'
  );
}

/** What kafkajs complained of last: the reason, when it never comes to an end. */
class LastFault implements Log {
  text = '';

  debug(): void {}

  info(): void {}

  warn(fields: object, text: string): void {
    this.error(fields, text);
  }

  error(fields: object, text: string): void {
    this.text = 'error' in fields ? `${text}: ${String(fields.error)}` : text;
  }
}
