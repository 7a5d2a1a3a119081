/**
 * An endpoint that is disabled or deleted while calls wait for it.
 * Oracles: the attempts asked of the doubles, the reports for the history, what lies in the lane store.
 */
import { MemoryLaneStore } from '#libs/testkit';
import { DELIVERED, LADDER, recordOf, reportsOf, RETRY, tenureOf, TOPIC } from './engine.fixture.js';

/** d0 with d1 behind it waits for one endpoint; d2 waits for another. */
async function parked() {
  const store = new MemoryLaneStore();
  const world = tenureOf({}, {}, store);
  await world.accept([recordOf(0), recordOf(1), recordOf(2, { endpointId: 'e2', callId: 'c2' })]);
  await world.end('attempt d0', RETRY);
  await world.end('attempt d2', RETRY);
  await world.settle();
  const skipped = () =>
    reportsOf(world).flatMap((one) => (one.status === 'skipped' ? [[one.deliveryId, one.reason]] : []));
  const switchOff = (how: 'disabled' | 'deleted'): void => {
    const endpoint = world.deps.attempt.settings.current('e1')!;
    world.state.endpoints.set('e1', how === 'deleted' ? null : { ...endpoint, enabled: false });
  };
  return { ...world, store, skipped, switchOff };
}

describe.each(['disabled', 'deleted'] as const)('an endpoint that is %s', (how) => {
  it('ends what waits for it as skipped at once, each job with the reason, and attempts none of it', async () => {
    const world = await parked();
    world.switchOff(how);
    world.tenure.resumeOff();
    await world.settle();
    const reason = expect.stringMatching(`^endpoint_${how}: `);
    expect(world.skipped()).toEqual([
      ['d0', reason],
      ['d1', reason],
    ]);
    expect(world.attempted()).toEqual(['d0', 'd2']);
    expect(Object.values(world.store.contents())).toEqual([['d2']]);
  });

  it('leaves nothing for a wake-up to find that comes after all', async () => {
    const world = await parked();
    world.switchOff(how);
    world.tenure.resumeOff();
    await world.settle();
    world.state.now += LADDER[0]!;
    await world.climb(1);
    await world.settle();
    expect([world.attempted(), world.skipped().length]).toEqual([['d0', 'd2', 'd2'], 2]);
  });

  it('is noticed by the sweep for a lane that was just being parked', async () => {
    const world = await parked();
    world.switchOff(how);
    world.state.sweep();
    await world.settle();
    expect([world.skipped().length, world.overdue()]).toEqual([2, 0]);
  });

  it('is noticed by who takes the partition over', async () => {
    const { store, commits } = await parked();
    const jobs = commits.findLast(({ topic }) => topic === TOPIC)!;
    const next = tenureOf({}, { 0: jobs }, store, 3);
    next.state.endpoints.set('e1', null);
    await next.settle();
    await next.settle(); // the heads were read in between
    expect(reportsOf(next).map(({ deliveryId, status }) => [deliveryId, status])).toEqual([
      ['d0', 'skipped'],
      ['d1', 'skipped'],
    ]);
  });
});

it('an endpoint that is on is left alone: its calls wait for their time', async () => {
  const world = await parked();
  world.tenure.resumeOff();
  await world.settle();
  expect([world.attempted(), world.skipped()]).toEqual([['d0', 'd2'], []]);
  world.state.now += LADDER[0]!;
  await world.climb(1);
  await world.end('attempt d0', DELIVERED);
  await world.settle();
  expect(world.attempted()).toContain('d1');
});
