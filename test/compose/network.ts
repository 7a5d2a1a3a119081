import { environmentIn } from './document.js';
import type { Ground } from './ground.js';
import { programsIn, settingsIn } from './programs.js';

/* Who reaches whom: each rule answers with one sentence for each fault. */

/** Of images that nothing here says it of: https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/#http_port */
const OTHERS = { grafana: [3000] };

/** A listener of Kafka: where it is bound in its container, and what its clients are told. */
interface Listener {
  readonly bound: number;
  readonly told: string;
}

function listenersOf({ compose }: Ground): Record<string, Listener> {
  const { KAFKA_LISTENERS: bound = '', KAFKA_ADVERTISED_LISTENERS: told = '' } = environmentIn(
    compose.services['kafka'] ?? { image: '' },
  );
  return Object.fromEntries(
    told.split(',').map((one) => {
      const [name = '', address = ''] = one.split('://');
      const port = new RegExp(`(?:^|,)${name}://:(\\d+)`).exec(bound)?.[1];
      return [name, { bound: Number(port), told: address }];
    }),
  );
}

/** The ports that a container listens on. */
function portsIn(ground: Ground, name: string): number[] {
  const { compose, local, datasource } = ground;
  const service = compose.services[name];
  const program = programsIn(ground).some(([one]) => one === name);
  if (service !== undefined && program) {
    const settings = settingsIn(name, environmentIn(service));
    return [Number(settings?.['API_PORT'] ?? settings?.['HEALTH_PORT'])];
  }
  if (name === 'kafka') return Object.values(listenersOf(ground)).map(({ bound }) => bound);
  if (name === 'prometheus') return [Number(new URL(datasource).port)];
  const declared = local[name]?.container.ports?.map(({ containerPort }) => containerPort);
  return declared ?? OTHERS[name as keyof typeof OTHERS] ?? [];
}

/** What is published is on loopback alone, leads to a port that is listened on, and is what docs/compose.md says. */
export function portFaults(ground: Ground): string[] {
  const published = Object.entries(ground.compose.services).flatMap(([name, { ports = [] }]) =>
    ports.map((text) => {
      const [, host, port] = /^127\.0\.0\.1:(\d+):(\d+)$/.exec(text) ?? [];
      return { name, text, host: Number(host), port: Number(port) };
    }),
  );
  const { documented } = ground;
  const hosts = published.map(({ host }) => host);
  return [
    ...published.filter(({ host }) => Number.isNaN(host)).map(({ name, text }) => `${name} is open to others: ${text}`),
    ...published
      .filter(({ name, port }) => !portsIn(ground, name).includes(port))
      .map(({ name, port }) => `${name} does not listen on ${port}`),
    ...[...new Set([...hosts, ...documented])]
      .filter((host) => !hosts.includes(host) || !documented.includes(host))
      .map((host) => `port ${host} is published or in docs/compose.md, and not both`),
    ...hosts.filter((host, index) => hosts.indexOf(host) !== index).map((host) => `port ${host} is published twice`),
  ];
}

/** Kafka tells each client an address that this client reaches: a container its name, a program of this machine loopback. */
export function kafkaFaults(ground: Ground): string[] {
  const listeners = Object.values(listenersOf(ground));
  const published = ground.compose.services['kafka']?.ports ?? [];
  const inside = listeners.filter(({ told, bound }) => told === `kafka:${bound}`).map(({ told }) => told);
  const lost = listeners.filter(({ told, bound }) => !inside.includes(told) && !published.includes(`${told}:${bound}`));
  const strangers = programsIn(ground).filter(([, service]) => {
    const { KAFKA_BROKERS: brokers } = environmentIn(service);
    return brokers !== undefined && !inside.includes(brokers);
  });
  const outside = listeners.length - inside.length - lost.length;
  return [
    ...lost.map(({ told }) => `Kafka tells its clients ${told}, where nothing leads to it`),
    ...strangers.map(([name]) => `KAFKA_BROKERS of ${name} is none of what Kafka tells containers`),
    ...(outside > 0 ? [] : ['Kafka tells a program of this machine no address that it reaches']),
  ];
}

/** Prometheus scrapes every service, and Grafana reads from it. */
export function scrapeFaults(ground: Ground): string[] {
  const services = programsIn(ground).filter(([, { healthcheck }]) => healthcheck !== undefined);
  const listening = services.map(([name]) => `${name}:${portsIn(ground, name)[0]}`);
  const { scraped, datasource, compose } = ground;
  return [
    ...listening.filter((one) => !scraped.includes(one)).map((one) => `Prometheus does not scrape ${one}`),
    ...scraped.filter((one) => !listening.includes(one)).map((one) => `Prometheus scrapes ${one}, where nothing is`),
    ...(new URL(datasource).hostname in compose.services
      ? []
      : [`Grafana reads from ${datasource}, which there is not`]),
  ];
}
