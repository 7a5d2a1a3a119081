import type { Effect, LaneWrite, Place } from '../index.js';
import type { ModelJob } from './job.js';
import type { Owner } from './owner.js';
import { MAIN, TOPICS, commitOf, withMark, type Commit } from './world.js';

/** What can happen next: the schedule chooses by `kind`. */
export interface Action {
  readonly kind: string;
  readonly lane?: string;
  /** @param chance decides what is left open: a verdict, a batch's size. */
  run(chance: number): void;
}

/** The effects of one step, as the engine groups them: send, then write, then finish. */
interface Script {
  readonly lane: string;
  readonly records: readonly Effect<ModelJob>[];
  readonly writes: readonly LaneWrite<ModelJob>[];
  readonly finishes: readonly (ModelJob | Place)[];
}

/**
 * The settlement's twin. Three stages, one batch in each at a time, scripts in the order in which they came. A request
 * has two halves: it was carried out, and its answer was read. An answer that is lost makes it be made again.
 */
export class Pipeline {
  private toSend: Script[] = [];
  private toStore: Script[] = [];
  private unsettled: ModelJob[] = [];
  private sending: { readonly scripts: Script[]; readonly records: Effect<ModelJob>[]; done: number } | null = null;
  private storing: { readonly scripts: Script[]; heads: (ModelJob | null)[] | null } | null = null;
  private committing: { readonly jobs: ModelJob[]; readonly at: Map<string, Commit>; stored: boolean } | null = null;
  private dirty = false;

  constructor(private readonly owner: Owner) {}

  add(lane: string, effects: readonly Effect<ModelJob>[]): void {
    const { broken } = this.owner.world;
    const script: Script = {
      lane,
      records: effects.filter(({ type }) => type === 'report' || type === 'deadLetter' || type === 'sendWakeUp'),
      writes: effects.flatMap((effect) => (effect.type === 'write' ? [effect.write] : [])),
      finishes: effects.flatMap((effect): (ModelJob | Place)[] =>
        effect.type === 'finish' ? [effect.job] : effect.type === 'finishRecord' ? [effect.place] : [],
      ),
    };
    if (script.records.length + script.writes.length + script.finishes.length === 0) return;
    if (broken === 'finish before written') for (const one of script.finishes) this.finish(one);
    if (broken === 'row before wake-up' && script.records.some(({ type }) => type === 'sendWakeUp')) {
      this.toStore.push({ ...script, records: [], finishes: [] });
      this.toSend.push({ ...script, writes: [] });
    } else this.toSend.push(broken === 'finish before written' ? { ...script, finishes: [] } : script);
  }

  /** The ledger moved without a finish. */
  touch(): void {
    this.dirty = true;
  }

  isIdle(): boolean {
    const waiting = this.toSend.length + this.toStore.length + this.unsettled.length;
    return waiting === 0 && !this.dirty && !this.sending && !this.storing && !this.committing;
  }

  actions(): Action[] {
    const actions: Action[] = [];
    const { sending, storing, committing } = this;
    if (sending === null) {
      if (this.toSend.length > 0) actions.push({ kind: 'send', run: (chance) => this.beginSend(chance) });
    } else if (sending.done < sending.records.length) {
      actions.push({ kind: 'send', run: () => this.sendNext(sending) });
    } else {
      actions.push({ kind: 'send', run: () => this.sent(sending.scripts) });
      actions.push({ kind: 'lose', run: () => this.lose('send', () => (sending.done = 0)) });
    }
    if (storing === null) {
      if (this.toStore.length > 0) actions.push({ kind: 'store', run: (chance) => this.beginStore(chance) });
    } else if (storing.heads === null) {
      actions.push({ kind: 'store', run: () => this.store(storing) });
    } else {
      const { heads } = storing;
      actions.push({ kind: 'store', run: () => this.stored(storing.scripts, heads) });
      actions.push({ kind: 'lose', run: () => this.lose('write', () => (storing.heads = null)) });
    }
    if (committing === null) {
      if (this.dirty) actions.push({ kind: 'commit', run: () => this.beginCommit() });
    } else if (!committing.stored) {
      actions.push({ kind: 'commit', run: () => this.commit(committing) });
    } else {
      actions.push({ kind: 'commit', run: () => this.committed(committing) });
      actions.push({ kind: 'lose', run: () => this.lose('commit', () => (committing.stored = false)) });
    }
    return actions;
  }

  private lose(what: string, again: () => void): void {
    this.owner.say(() => `does not get the answer to its ${what}, and makes it again`);
    this.owner.world.count(`${what}: answer lost`);
    again();
  }

  private beginSend(chance: number): void {
    const scripts = this.toSend.splice(0, 1 + (chance % this.toSend.length));
    const records = scripts.flatMap((script) => script.records);
    if (records.length === 0) this.sent(scripts);
    else this.sending = { scripts, records, done: 0 };
  }

  private sendNext(sending: NonNullable<Pipeline['sending']>): void {
    const { world } = this.owner;
    const effect = sending.records[sending.done++]!;
    if (effect.type === 'sendWakeUp') {
      const { attempts, wakeUp, job } = effect;
      world.rungs[wakeUp.rung - 1]!.push({ ...wakeUp, attempts, id: job.id, lane: job.lane, name: job.name });
      this.owner.say(() => `puts ${job.name} on rung ${wakeUp.rung} (attempts ${attempts}, due at ${wakeUp.dueAt})`);
    } else if (effect.type === 'deadLetter') {
      world.count(`dead letter: ${effect.reason}`);
      world.oracles.deadLettered(effect.job, effect.attempts, effect.reason);
      this.owner.say(() => `dead-letters ${effect.job.name} (${effect.reason})`);
    } else if (effect.type === 'report') {
      if (effect.status === 'skipped') world.oracles.skipped(effect.job);
      this.owner.say(() => `reports ${effect.job.name} ${effect.status}`);
    }
  }

  private sent(scripts: Script[]): void {
    this.sending = null;
    // A healthy lane's script has nothing for Postgres, and does not wait for it.
    for (const script of scripts) {
      if (script.writes.length > 0) this.toStore.push(script);
      else for (const one of script.finishes) this.finish(one);
    }
  }

  private beginStore(chance: number): void {
    const from = this.owner.world.broken === 'out of turn' ? chance % this.toStore.length : 0;
    const scripts = this.toStore.splice(from, 1 + (chance % (this.toStore.length - from)));
    this.storing = { scripts, heads: null };
  }

  private store(storing: NonNullable<Pipeline['storing']>): void {
    const { owner } = this;
    const writes = storing.scripts.flatMap(({ lane, writes }) => writes.map((write) => ({ lane, write })));
    owner.say(() => `writes ${writes.map(({ lane, write }) => words(lane, write)).join(', ')}`);
    if (!owner.world.table.write(owner.epoch, writes)) return owner.lost('its write is refused: another epoch');
    storing.heads = storing.scripts.map(({ lane }) => owner.world.table.head(lane));
    owner.world.oracles.rowsHaveTheirWakeUps();
  }

  private stored(scripts: Script[], heads: readonly (ModelJob | null)[]): void {
    this.storing = null;
    scripts.forEach(({ lane, writes, finishes }, index) => {
      for (const write of writes) if (write.type !== 'add') this.owner.written(lane, write, heads[index] ?? null);
      for (const one of finishes) this.finish(one);
    });
  }

  private finish(one: ModelJob | Place): void {
    this.dirty = true;
    if (!('id' in one)) return this.owner.reading.ledger(one.topic).finish(one.offset);
    this.owner.reading.ledger(MAIN).finish(one.offset);
    this.owner.say(() => `notes ${one.name} at ${one.offset} finished`);
    this.unsettled.push(one);
    if (this.owner.world.broken === 'next before settled') this.owner.settled(one);
  }

  private beginCommit(): void {
    this.committing = { jobs: this.unsettled, at: this.progress(), stored: false };
    this.unsettled = [];
    this.dirty = false;
  }

  private progress(): Map<string, Commit> {
    const { owner } = this;
    const { broken } = owner.world;
    return new Map(
      TOPICS.map((topic) => {
        const { offset, metadata } = owner.reading.ledger(topic).progress();
        const commit = commitOf(offset, metadata);
        if (broken === 'commit before finished') return [topic, commitOf(owner.reading.position(topic), '')];
        if (broken === 'commit the highest mark' && topic === MAIN)
          return [topic, withMark(commit, owner.reading.highestMark)];
        return [topic, commit];
      }),
    );
  }

  private commit(committing: NonNullable<Pipeline['committing']>): void {
    const { owner } = this;
    owner.say(() => `commits ${[...committing.at].map(([topic, { offset }]) => `${topic} ${offset}`).join(', ')}`);
    if (!owner.world.commit(owner.generation, committing.at)) return owner.lost('its commit is refused');
    committing.stored = true;
  }

  private committed({ jobs, at }: NonNullable<Pipeline['committing']>): void {
    this.committing = null;
    this.owner.acknowledged = at.get(MAIN)!;
    for (const job of jobs) this.owner.settled(job);
  }
}

function words(lane: string, write: LaneWrite<ModelJob>): string {
  if (write.type === 'park') return `lane ${lane}: parked, ${write.jobs.map(({ name }) => name).join()}`;
  if (write.type === 'add') return `lane ${lane}: ${write.job.name} waits`;
  if (write.type === 'advance') return `lane ${lane}: ${write.resolved.id} is resolved`;
  return `lane ${lane}: ${write.head.id}, attempts ${write.row.attempts}, due at ${write.row.wakeUp?.dueAt ?? '-'}`;
}
