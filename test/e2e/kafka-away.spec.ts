/**
 * Services whose Kafka goes away: readiness says so within 10 s, and they are back by themselves when it is.
 * Oracles: `/health/ready` of real processes, and that they are the same processes afterwards.
 */
import { startSystem, type Service, type System } from '../harness/system.js';
import { waitFor } from '#libs/testkit';

let system: System;
let services: Service[];

beforeAll(async () => {
  system = await startSystem();
  services = await Promise.all((['router', 'recorder', 'delivery-custom'] as const).map((name) => system.start(name)));
  await Promise.all(services.map((service) => service.ready()));
}, 120_000);

afterAll(async () => {
  system.kafka.thaw();
  await system.close();
}, 60_000);

const answerOf = async ({ port }: Service): Promise<number> =>
  (await fetch(`http://127.0.0.1:${port}/health/ready`)).status;

describe('readiness of every service that consumes', () => {
  it.each<[string, () => void | Promise<void>, () => void | Promise<void>]>([
    ['is frozen', () => system.kafka.freeze(), () => system.kafka.thaw()],
    ['is killed', () => system.kafka.kill(), () => system.kafka.start()],
  ])(
    'turns red within 10 s when Kafka %s, and green by itself when it is back',
    async (_, away, back) => {
      const awayAt = performance.now();
      await away();
      await waitFor(
        'all to be red',
        async () => (await Promise.all(services.map(answerOf))).every((status) => status === 503),
        { timeoutMs: 15_000 },
      );
      const red = performance.now() - awayAt;
      expect(red).toBeLessThan(10_000);
      await back();
      await Promise.all(services.map((service) => service.ready()));
      expect(services.every(({ child }) => child.running())).toBe(true);
    },
    90_000,
  );
});
