import { MAX_ATTEMPTS, type Verdict } from '../index.js';
import type { ModelCommand, ModelJob } from './job.js';
import { LADDER, MAIN, RUNGS, TOPICS, type World } from './world.js';

/** An attempt; it is told apart by identity. */
interface Numbered {
  /** From 1. */
  readonly number: number;
}

/** An invariant that does not hold. */
export class Violation extends Error {
  constructor(
    /** `I1` to `I7`, `due`, `once`: see below; `store`: a write that Postgres' state has no place for. */
    readonly invariant: string,
    what: string,
  ) {
    super(`${invariant}: ${what}`);
  }
}

/**
 * What must be true of every history:
 *
 *   I1  a lane has at most one attempt in flight, but for a request that a stalled old owner had written already
 *   I2  a job is attempted only when every earlier one of its lane has its end, and a commit with their finishes is made
 *   I3  every job ends delivered, dead-lettered or skipped; no row ever waits for a wake-up that will not come
 *   I4  what the receiver saw of a lane, immediate repeats removed, is the emitted order
 *   I5  a lane's trouble delays only that lane (`play.ts`: all others come to their end while one never answers)
 *   I6  a lane that waits in Postgres keeps no job in memory
 *   I7  only an answer `retry` counts: waiting, abstaining, spilling and skipping spend nothing; at most 7 are counted,
 *       and their numbers never go back
 *   once  after an orderly hand-over nothing is attempted again that the old owner knew to be delivered
 *   due a retry is never before its due time, by its row and by what the receiver answered last, unless an operator asked
 */
export class Oracles {
  private readonly lastSeen = new Map<string, ModelJob>();
  /** By job name: its latest request, and when the retry that its answer asked for is due; null: it did not, or not yet. */
  private readonly latest = new Map<string, { readonly request: Numbered; due: number | null }>();
  /** Jobs by name that have their end. */
  private readonly ended = new Set<string>();
  /** By job name and attempt: when the retry that was answered is due at the earliest. */
  private readonly retries = new Map<string, number>();
  private readonly asked = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly only: string | null,
  ) {}

  /** A request was written. @param others requests of the same lane that are being answered. */
  arrived(request: Numbered, job: ModelJob, others: number): void {
    const { lane, name } = job;
    const { number: attempt } = request;
    const last = this.lastSeen.get(lane);
    this.check('I1', others === 0, () => `lane ${lane} has ${others + 1} attempts in flight`);
    for (const earlier of this.world.copies(lane).slice(0, job.turn)) {
      const settled = this.ended.has(earlier.name) && this.world.isCommitted(MAIN, earlier.offset);
      this.check('I2', settled, () => `${name} is attempted, and ${earlier.name} before it is not settled`);
    }
    this.check('I4', last === undefined || last.turn <= job.turn, () => `${name} arrives after ${last!.name}`);
    this.lastSeen.set(lane, job);
    const before = this.latest.get(name);
    this.latest.set(name, { request, due: null });
    const most = before?.request.number ?? 0;
    this.check('I7', attempt >= most, () => `${name} gets attempt ${attempt} after its attempt ${most}`);
    if (attempt === 1) return;
    this.check('I7', attempt <= MAX_ATTEMPTS, () => `${name} gets an attempt ${attempt}`);
    const due = this.retries.get(`${name} ${attempt - 1}`);
    this.check('I7', due !== undefined, () => `${name} gets attempt ${attempt}, and ${attempt - 1} asked for none`);
    const row = this.world.table.lanes.get(lane)?.row;
    const dueAt = row?.wakeUp?.dueAt ?? due ?? 0;
    const asked = this.asked.has(`${job.id} ${attempt - 1}`);
    this.check('due', this.world.clock >= dueAt || asked, () => `${name} is due at ${dueAt}, not before`);
    const after = most < attempt ? (before?.due ?? 0) : 0;
    this.check('due', this.world.clock >= after || asked, () => `${name} was answered, and is due at ${after}`);
  }

  answered(request: Numbered, { name }: ModelJob, verdict: Verdict): void {
    const { number: attempt } = request;
    if (verdict.type === 'delivered') this.ended.add(name);
    if (verdict.type !== 'retry') return;
    const due = this.world.clock + LADDER[Math.min(attempt, LADDER.length) - 1]!;
    const latest = this.latest.get(name);
    if (latest?.request === request) latest.due = due;
    this.retries.set(`${name} ${attempt}`, Math.min(due, this.retries.get(`${name} ${attempt}`) ?? Infinity));
  }

  commanded({ id, attempts }: ModelCommand): void {
    this.asked.add(`${id} ${attempts}`);
  }

  deadLettered({ name }: ModelJob, attempts: number, reason: string): void {
    this.ended.add(name);
    if (reason !== 'retry') return;
    const counted = Array.from({ length: MAX_ATTEMPTS }, (_, index) => this.retries.has(`${name} ${index + 1}`));
    const spent = attempts === MAX_ATTEMPTS && counted.every(Boolean);
    this.check('I7', spent, () => `${name} is dead-lettered without ${MAX_ATTEMPTS} answers that asked for a retry`);
  }

  skipped({ name }: ModelJob): void {
    this.ended.add(name);
  }

  /** After every change of the table or of the commits: so the sweep has nothing to do, whatever dies now. */
  rowsHaveTheirWakeUps(): void {
    for (const { row, jobs } of this.world.table.lanes.values()) {
      const head = jobs[0]!;
      const counted = row.attempts === 0 || this.retries.has(`${head.name} ${row.attempts}`);
      this.check('I7', counted, () => `${head.name} has ${row.attempts} attempts that were not made`);
      const { wakeUp, attempts } = row;
      if (wakeUp === null) continue;
      const comes = this.world.rungs[wakeUp.rung - 1]!.some(
        (one, offset) =>
          one.id === head.id &&
          one.attempts === attempts &&
          one.dueAt === wakeUp.dueAt &&
          !this.world.isCommitted(RUNGS[wakeUp.rung - 1]!, offset),
      );
      this.check('I3', comes, () => `${head.name} waits for a wake-up due at ${wakeUp.dueAt} that will not come`);
    }
  }

  handedOver(delivered: readonly ModelJob[]): void {
    for (const { name, lane, offset } of delivered) {
      const again = !this.world.isCommitted(MAIN, offset) || this.world.table.head(lane)?.name === name;
      this.check('once', !again, () => `${name} was delivered, and the next owner would attempt it again`);
    }
  }

  hasEnded(name: string): boolean {
    return this.ended.has(name);
  }

  /** Nothing can happen any more. */
  atRest(): void {
    const { world } = this;
    const open = world.log.filter(({ name }) => !this.ended.has(name)).map(({ name }) => name);
    this.check('I3', open.length === 0, () => `at rest, and ${[...new Set(open)].join()} did not end`);
    const parked = [...world.table.lanes].map(([lane]) => lane);
    this.check('I3', parked.length === 0, () => `at rest, and lane ${parked.join()} is parked`);
    for (const topic of TOPICS) {
      const { offset } = world.commits.get(topic)!;
      const end = world.end(topic);
      this.check('I3', offset === end, () => `at rest, and ${topic} is committed up to ${offset} of ${end}`);
    }
  }

  check(invariant: string, holds: boolean, what: () => string): void {
    if (!holds && (this.only === null || this.only === invariant)) throw new Violation(invariant, what());
  }
}
