import kafkajs, { type Kafka as KafkaClient, type SASLOptions } from 'kafkajs';
import { installKafkajsPatches } from './kafkajs-patches.js';

const { Kafka, logLevel } = kafkajs;

/** Where log lines go: a pino logger fits. */
export interface Log {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

export interface KafkaOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly tls: boolean;
  readonly sasl?: SASLOptions;
  readonly log: Log;
}

/**
 * kafkajs gives a consumer up for good when its retries are over: so they are never over, and pauses stay short.
 */
export const ENDLESS_RETRY = { initialRetryTime: 100, maxRetryTime: 2000, retries: Number.MAX_SAFE_INTEGER } as const;

/** @throws Error when kafkajs is not the pinned version. */
export function createKafka(options: KafkaOptions): KafkaClient {
  installKafkajsPatches();
  return new Kafka({
    clientId: options.clientId,
    brokers: [...options.brokers],
    ssl: options.tls,
    ...(options.sasl === undefined ? {} : { sasl: options.sasl }),
    connectionTimeout: 3000,
    requestTimeout: 30_000,
    retry: ENDLESS_RETRY,
    logLevel: logLevel.INFO,
    logCreator: () => (entry) => bridge(options.log, entry),
  });
}

/**
 * Pausing and resuming is how back-pressure works here. And a broker's answer that is an error ("the coordinator is
 * loading") is tried again, or thrown at whoever asked, who tells it: not news.
 */
const CHATTER = /^(Pausing|Resuming) fetching|^Response /;

/** Members come and go: worth a line, and no reason to worry. */
const REBALANCE = /^The group is rebalancing/;

type Entry = Parameters<ReturnType<kafkajs.logCreator>>[0];

function bridge(log: Log, { level, namespace, log: line }: Entry): void {
  const { message, timestamp: _timestamp, logger: _logger, ...fields } = line;
  const text = `kafkajs ${namespace}: ${message}`;
  if (level === logLevel.DEBUG || CHATTER.test(message)) log.debug(fields, text);
  else if (level === logLevel.ERROR) log.error(fields, text);
  else if (level === logLevel.WARN && !REBALANCE.test(message)) log.warn(fields, text);
  else log.info(fields, text);
}
