import { Settlement, type Script, type SettlementDeps } from './settlement.js';
import type { ProgressToCommit, RecordToSend } from './ports.js';

/* Oracle: the order of what happened, written down by every double. */

const record = (key: string): RecordToSend => ({ topic: 't', partition: 0, key, value: '' });
const progress: ProgressToCommit[] = [{ topic: 't', partition: 0, offset: 1, metadata: '' }];
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A settlement whose requests end when the test says so. */
function setUp(overrides: Partial<SettlementDeps> = {}) {
  const story: string[] = [];
  const open: { what: string; end(error?: Error): void }[] = [];
  const request = (what: string): Promise<void> => {
    story.push(what);
    return new Promise((resolve, reject) =>
      open.push({ what, end: (error) => (error === undefined ? resolve() : reject(error)) }),
    );
  };
  const timers: (() => void)[] = [];
  const settlement = new Settlement({
    send: (records) => request(`send ${records.map(({ key }) => key).join()}`),
    write: (writes) => request(`write ${writes.map(({ partition }) => partition).join()}`).then(() => []),
    progress: () => progress,
    onRoom: () => {},
    commit: () => request('commit'),
    isMoreToCome: () => false,
    onError: (stage) => story.push(`${stage} failed`),
    after: (_ms, callback) => void timers.push(callback),
    ...overrides,
  });
  const finish = (name: string): Script => ({
    records: [record(name)],
    writes: [],
    finish: () => story.push(`finish ${name}`),
    settled: () => story.push(`settled ${name}`),
  });
  const end = async (error?: Error): Promise<void> => {
    open.shift()!.end(error);
    await turn();
  };
  const fireTimers = async (): Promise<void> => {
    for (const fire of timers.splice(0)) fire();
    await turn();
  };
  return { settlement, story, finish, end, fireTimers };
}

describe('settling', () => {
  it('tells a job settled only when its records and then a commit with its finish were acknowledged', async () => {
    const { settlement, story, finish, end } = setUp();
    settlement.add(finish('a'), true);
    await turn();
    expect(story).toEqual(['send a']);
    await end();
    expect(story).toEqual(['send a', 'finish a', 'commit']);
    await end();
    expect(story.at(-1)).toBe('settled a');
  });

  it('gathers what finishes during a request, and for a few milliseconds from its start, into the next one', async () => {
    const { settlement, story, finish, end, fireTimers } = setUp();
    settlement.add(finish('a'), true);
    await turn();
    settlement.add(finish('b'), true);
    await end();
    settlement.add(finish('c'), true);
    await turn();
    expect(story).toEqual(['send a', 'finish a', 'commit']);
    await fireTimers();
    expect(story).toEqual(['send a', 'finish a', 'commit', 'send b,c']);
  });

  it.each([
    ['waits longer when attempts are under way', true, 1, false],
    ['does not when none is', false, 1, true],
    ['does not when enough was gathered', true, 100, true],
  ])('%s', async (_, isMoreToCome, count, isSent) => {
    const { settlement, story, finish, end, fireTimers } = setUp({ isMoreToCome: () => isMoreToCome });
    settlement.add(finish('a'), true);
    await turn();
    for (let number = 0; number < count; number++) settlement.add(finish('b'), true);
    await end();
    const sends = (): number => story.filter((one) => one.startsWith('send')).length;
    await fireTimers();
    expect(sends()).toBe(isSent ? 2 : 1);
    await fireTimers();
    expect(sends()).toBe(2);
  });

  it('does not put a finish into a commit that began before it', async () => {
    const { settlement, story, finish, end } = setUp();
    settlement.add(finish('a'), true);
    await turn();
    await end(); // send a → commit begins
    settlement.add(finish('b'), true);
    await turn();
    await end(); // that commit
    expect(story).toContain('settled a');
    expect(story).not.toContain('settled b');
  });

  it('waits a little for company when nobody waits for the finish, and hurries when somebody begins to', async () => {
    const { settlement, story, finish, fireTimers } = setUp();
    settlement.add(finish('a'), false);
    await turn();
    expect(story).toEqual([]);
    settlement.hurry();
    await turn();
    expect(story).toEqual(['send a']);
    settlement.add(finish('b'), false);
    await fireTimers();
    expect(story).toEqual(['send a']); // the request under way takes it along next
  });

  it('tries a failed send and a failed commit again, and settles nothing before', async () => {
    const { settlement, story, finish, end, fireTimers } = setUp();
    settlement.add(finish('a'), true);
    await turn();
    await end(new Error('broker away'));
    expect(story).toEqual(['send a', 'send failed']);
    await fireTimers();
    await end();
    await end(new Error('broker away'));
    await fireTimers();
    await end();
    expect(story).toEqual([
      'send a',
      'send failed',
      'send a',
      'finish a',
      'commit',
      'commit failed',
      'commit',
      'settled a',
    ]);
  });

  it('settles nothing after the ownership is over, even when the broker still answers', async () => {
    const { settlement, story, finish, end } = setUp();
    settlement.add(finish('a'), true);
    await turn();
    settlement.close();
    await end();
    expect(story).toEqual(['send a']);
  });

  it('is idle when all is committed', async () => {
    const { settlement, story, finish, end } = setUp();
    settlement.add(finish('a'), false);
    let idle = false;
    const done = settlement.idle().then(() => (idle = true));
    await turn();
    await end();
    expect(idle).toBe(false);
    await end();
    await done;
    expect(story.at(-1)).toBe('settled a');
  });
});
