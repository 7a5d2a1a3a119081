import * as core from '../index.js';
import type { Lane, Mark } from '../index.js';
import type { ModelJob } from './job.js';
import type { Owner } from './owner.js';
import type { Action } from './pipeline.js';
import { COMMANDS, MAIN, RUNGS, type Commit } from './world.js';

/** A command that was read; the whole head comes from Postgres a little later, and the lane may move on meanwhile. */
interface Order {
  readonly command: core.Command;
  readonly lane: string;
  readonly job: ModelJob | null;
}

/** What one owner reads, with a ledger for each topic. */
export class Reading {
  highestMark: Mark | null = null;
  private readonly commits: ReadonlyMap<string, Commit>;
  private readonly ledgers = new Map<string, core.OffsetLedger>();
  private readonly positions: Map<string, number>;
  private orders: Order[] = [];

  /** From the commits as they are now. */
  constructor(private readonly owner: Owner) {
    this.commits = owner.world.commits;
    this.positions = new Map([...this.commits].map(([topic, { offset }]) => [topic, offset]));
  }

  ledger(topic: string): core.OffsetLedger {
    let ledger = this.ledgers.get(topic);
    if (ledger === undefined) {
      const { offset, metadata } = this.commits.get(topic)!;
      this.ledgers.set(topic, (ledger = new core.OffsetLedger(offset, metadata)));
    }
    return ledger;
  }

  position(topic: string): number {
    return this.positions.get(topic)!;
  }

  /** The earliest due time on a rung that is not reached yet. */
  nextDue(): number {
    const { rungs, clock } = this.owner.world;
    let next = Infinity;
    for (let index = 0; index < rungs.length; index++) {
      const dueAt = rungs[index]![this.position(RUNGS[index]!)]?.dueAt ?? Infinity;
      if (dueAt > clock && dueAt < next) next = dueAt;
    }
    return next;
  }

  addActions(actions: Action[]): void {
    const { world } = this.owner;
    for (const order of this.orders) actions.push({ kind: 'command', run: () => this.obey(order) });
    if (this.position(MAIN) < world.end(MAIN)) actions.push({ kind: 'read', run: () => this.readJob() });
    RUNGS.forEach((topic, index) => {
      const next = world.rungs[index]![this.position(topic)];
      if (next === undefined || (next.dueAt > world.clock && world.broken !== 'rung before due')) return;
      actions.push({ kind: 'wakeUp', run: () => this.readWakeUp(topic, index) });
    });
    if (this.position(COMMANDS) < world.end(COMMANDS)) {
      actions.push({ kind: 'command', run: () => this.readCommand() });
    }
  }

  private readJob(): void {
    const { owner } = this;
    const job = owner.world.log[this.position(MAIN)]!;
    if (job.mark !== null) this.highestMark = job.mark;
    const mark = owner.world.broken === 'ignore marks' ? null : job.mark;
    if (!this.track(MAIN, mark, () => job.name)) return;
    owner.take(job.lane, 'onJob', core.onJob(owner.lane(job.lane), job));
  }

  private readWakeUp(topic: string, index: number): void {
    const { owner } = this;
    const { broken, rungs } = owner.world;
    const offset = this.position(topic);
    const { id, lane, name, attempts, rung, dueAt } = rungs[index]![offset]!;
    if (!this.track(topic, null, () => `the wake-up of ${name}, attempts ${attempts}, due at ${dueAt},`)) return;
    const before = owner.lane(lane);
    const alike = broken === 'tell by attempts alone' && before?.row?.attempts === attempts && before.row.wakeUp;
    const place = { topic, offset };
    const step = core.onWakeUp(before, { id, attempts, rung, dueAt, ...(alike ? alike : {}), place });
    owner.take(lane, 'onWakeUp', step);
    const named = !step[1].some((effect) => effect.type === 'finishRecord');
    const isUncounted = before?.row?.wakeUp === null && before.head.id === id && before.row.attempts < attempts;
    if (!named) owner.world.count('onWakeUp: stale');
    // An owner sent it and died before the row; the head was read again and spilled.
    if (!named && isUncounted) owner.world.count('onWakeUp: of an attempt that the spilled row does not count');
    if (isUncounted && broken === 'any wake-up acts') owner.attempts.want(lane, before.head, attempts + 1);
    else if (before?.change) owner.world.count('onWakeUp: before its row is written');
    else if (before?.phase === 'attempting') owner.world.count('onWakeUp: while an operator drives its lane');
    if (broken === 'finish a named wake-up' && named) owner.pipeline.add(lane, [{ type: 'finishRecord', place }]);
  }

  private readCommand(): void {
    const { owner } = this;
    const { commands, table } = owner.world;
    const offset = this.position(COMMANDS);
    const { lane, ...seen } = commands[offset]!;
    if (!this.track(COMMANDS, null, () => `the command ${seen.type} ${seen.id}`)) return;
    const before = owner.lane(lane);
    const wanted = seen.type === 'skip' && before !== undefined && core.isMeant(this.seenBy(before), seen);
    const command = { ...seen, place: { topic: COMMANDS, offset } };
    this.orders.push({ command, lane, job: wanted ? table.load(lane, before.head) : null });
  }

  private obey(order: Order): void {
    const { command, lane, job } = order;
    this.orders = this.orders.filter((other) => other !== order);
    const before = this.owner.lane(lane);
    this.owner.take(lane, 'onCommand', core.onCommand(before && this.seenBy(before), command, job), command.type);
  }

  private seenBy(lane: Lane<ModelJob>): Lane<ModelJob> {
    return this.owner.world.broken === 'skip before settled' ? { ...lane, settled: true } : lane;
  }

  /** @returns false for a record that is done with. */
  private track(topic: string, mark: Mark | null, words: () => string): boolean {
    const { owner } = this;
    const offset = this.position(topic);
    this.positions.set(topic, offset + 1);
    const tracked = this.ledger(topic).track(offset, mark);
    owner.world.count(`read: ${topic} ${tracked}`);
    owner.say(() => `reads ${words()} at ${topic} ${offset}: ${tracked}`);
    if (tracked !== 'fresh') owner.pipeline.touch();
    return tracked === 'fresh';
  }
}
