import { isAccepting } from './ports.js';

/** kafkajs tells of every attempt; what matters comes back as an error. */
export const SILENT_LOG = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** True when one of the brokers takes connections: asked first, because kafkajs would try for ever. @param brokers `host:port` each */
export async function anyAnswers(brokers: readonly string[]): Promise<boolean> {
  const answers = await Promise.all(
    brokers.map((broker) => {
      const { hostname, port } = new URL(`kafka://${broker}`);
      return isAccepting(Number(port), hostname);
    }),
  );
  return answers.includes(true);
}
