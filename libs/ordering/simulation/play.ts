import type { Break } from './breaks.js';
import { logOf, type Course, type ModelCommand } from './job.js';
import { Owner, type Receiver } from './owner.js';
import { Violation } from './oracles.js';
import type { Action } from './pipeline.js';
import { weightOf, type Shape } from './shapes.js';
import { World } from './world.js';

export interface History {
  readonly course: Course;
  readonly shape: Shape;
  /** One number an action: which one, and what is left open in it. */
  readonly steps: readonly number[];
  /** In the end this lane's receiver never answers, while all other lanes come to their end. */
  readonly silent: string;
}

export interface Options {
  readonly broken: Break | null;
  /** The one invariant that is looked at; null: all of them. */
  readonly only: string | null;
  readonly coverage: Map<string, number>;
  readonly tell: boolean;
}

/** What the end of a history does without. */
const TROUBLE = ['lose', 'abstain', 'skip', 'spill', 'abort'];

/** Plays one history through to rest. @throws Violation */
export function play(history: History, options: Options): World {
  const world = new World(logOf(history.course), options.broken, options.coverage, options);
  const game = new Game(world, history.shape);
  try {
    for (const step of history.steps) if (!game.step(step)) break;
    game.toTheEnd(history.silent);
    world.oracles.atRest();
  } catch (error) {
    if (error instanceof Violation && world.story !== null) error.message += `\n\n${world.story.join('\n')}`;
    throw error;
  }
  return world;
}

class Game {
  private owner: Owner;
  private stalled: Owner[] = [];
  /** What operators have on their screens. */
  private seen: ModelCommand[] = [];
  private receiver: Receiver;

  constructor(
    private readonly world: World,
    private readonly shape: Shape,
  ) {
    const { verdicts } = shape;
    this.receiver = (chance) => verdicts[chance % verdicts.length]!;
    this.owner = this.newOwner();
  }

  /** @returns false when nothing is left to do. */
  step(number: number): boolean {
    if (this.owner.isDrained) this.handOver();
    if (this.owner.state === 'gone') this.replace();
    const actions = this.owner.actions();
    if (actions.length === 0 && this.owner.reading.nextDue() === Infinity) return false;
    actions.push(...this.ownerActions(), ...this.worldActions());
    for (const old of this.stalled) actions.push(...old.actions().map((one) => ({ ...one, kind: `old ${one.kind}` })));
    const total = actions.reduce((sum, { kind }) => sum + weightOf(kind, this.shape), 0);
    let rest = (number & 0xffff) % total;
    for (const action of actions) {
      rest -= weightOf(action.kind, this.shape);
      if (rest >= 0) continue;
      this.world.count(action.kind);
      action.run(number >>> 16);
      break;
    }
    return true;
  }

  /** No more trouble: first everything that does not hang on the silent lane or on the clock, then all the rest. */
  toTheEnd(silent: string): void {
    this.world.say(() => `no more trouble; but time stands still, and nobody answers to lane ${silent}`);
    if (this.owner.state === 'draining') this.replace();
    this.stalled = [];
    this.receiver = () => ({ type: 'delivered' });
    this.run(({ kind, lane }) => kind !== 'answer' || lane !== silent);
    const { oracles, table, log } = this.world;
    for (const { name, lane } of log) {
      const inTrouble = lane === silent || (table.lanes.get(lane)?.row.wakeUp ?? null) !== null;
      oracles.check('I5', inTrouble || oracles.hasEnded(name), () => `${name} waits for what is not of its lane`);
    }
    this.world.say(() => 'all answer, and time passes');
    do this.run(() => true);
    while (this.passTime());
  }

  private run(allowed: (action: Action) => boolean): void {
    for (let turn = 0; turn < 10_000; turn++) {
      if (this.owner.state === 'gone') this.replace();
      const actions = this.owner.actions().filter((action) => !TROUBLE.includes(action.kind) && allowed(action));
      if (actions.length === 0) return;
      actions[turn % actions.length]!.run(turn);
    }
    throw new Violation('I3', 'it never comes to rest');
  }

  private ownerActions(): Action[] {
    const actions: Action[] = [
      { kind: 'crash', run: () => this.crash() },
      { kind: this.owner.state === 'joined' ? 'stall early' : 'stall', run: () => this.stall() },
    ];
    if (this.owner.state === 'loaded') actions.push({ kind: 'drain', run: () => this.owner.drain() });
    return actions;
  }

  private worldActions(): Action[] {
    const { world } = this;
    const actions: Action[] = [{ kind: 'tick', run: () => void (world.clock += 1) }];
    if (this.owner.reading.nextDue() < Infinity) actions.push({ kind: 'time', run: () => void this.passTime() });
    if (world.table.lanes.size > 0) actions.push({ kind: 'look', run: (chance) => this.look(chance) });
    if (this.seen.length > 0) actions.push({ kind: 'ask', run: (chance) => this.ask(chance) });
    return actions;
  }

  private passTime(): boolean {
    const due = this.owner.reading.nextDue();
    if (due === Infinity) return false;
    this.world.clock = due;
    return true;
  }

  private handOver(): void {
    this.world.say(() => `owner ${this.owner.generation} has handed over`);
    this.world.count('handed over in good order');
    this.world.oracles.handedOver(this.owner.attempts.delivered);
    this.replace();
  }

  private crash(): void {
    this.world.say(() => `owner ${this.owner.generation} crashes`);
    this.replace();
  }

  private stall(): void {
    this.world.say(() => `owner ${this.owner.generation} stalls`);
    this.owner.stalled = true;
    this.stalled = [...this.stalled.filter(({ state }) => state !== 'gone').slice(-1), this.owner];
    this.replace();
  }

  private look(chance: number): void {
    const rows = [...this.world.table.lanes];
    const [lane, { row, jobs }] = rows[chance % rows.length]!;
    this.seen = [...this.seen.slice(-2), { type: 'retry', lane, id: jobs[0]!.id, attempts: row.attempts }];
  }

  private ask(chance: number): void {
    const command: ModelCommand = {
      ...this.seen[(chance >> 1) % this.seen.length]!,
      type: chance % 2 === 0 ? 'retry' : 'skip',
    };
    this.world.say(() => `an operator asks: ${command.type} ${command.id} after ${command.attempts} attempts`);
    this.world.commands.push(command);
    this.world.oracles.commanded(command);
  }

  private newOwner(): Owner {
    const owner: Owner = new Owner(
      this.world,
      (chance) => this.receiver(chance),
      () => [this.owner, ...this.stalled].filter((other) => other !== owner),
    );
    return owner;
  }

  private replace(): void {
    this.owner = this.newOwner();
    this.world.say(() => `owner ${this.owner.generation} is assigned the partition`);
  }
}
