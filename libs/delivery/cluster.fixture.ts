import type { LaneCommand } from '#libs/contracts';
import type { CommitEntry, IncomingRecord } from '#libs/kafka';
import type { LaneRow } from '#libs/ordering';
import type { LaneStore } from '#libs/storage';
import { MemoryLaneStore } from '#libs/testkit';
import { batchOf, surroundings, TOPIC, turn, type Overrides, type Surroundings } from './engine.fixture.js';
import { Tenure } from './tenure.js';

/* For specs: what several tenures of partition 0, one after the other, have in common. */

export const COMMANDS = 'deliveries.custom.commands';
const READ = [TOPIC, 'deliveries.custom.retry.1', 'deliveries.custom.retry.2', 'deliveries.custom.retry.3', COMMANDS];

/** A tenure and its surroundings. */
export interface Member {
  readonly world: Surroundings;
  readonly tenure: Tenure;
}

/** Kafka's logs and commits, Postgres' lanes and the clock, for members that follow each other. */
export class Cluster {
  readonly memory = new MemoryLaneStore();
  readonly members: Member[] = [];
  /** The rows that were written last, by the head's id. */
  readonly rows = new Map<string, LaneRow>();
  private readonly logs = new Map<string, IncomingRecord[]>(READ.map((topic) => [topic, []]));
  private readonly committed = new Map<string, CommitEntry>();
  private readonly read = new Map<string, number>();
  private readonly seen = new Map<Member, { sent: number; commits: number }>();
  private readonly epochs = new Map<number, number>();
  private now = 5000;

  /** @param fence false: Postgres takes everybody's writes. */
  constructor(
    private readonly overrides: Overrides = {},
    private readonly fence = true,
  ) {}

  /**
   * A new generation begins: all earlier members' commits are refused from now on.
   * @param storeAway the member cannot take its partitions over yet.
   */
  async join(storeAway = false): Promise<Member> {
    await this.flow();
    for (const { world } of this.members) world.state.fenced = true;
    const world = surroundings(this.overrides, this.store());
    world.state.now = this.now;
    world.state.storeAway = storeAway;
    for (const topic of READ) {
      world.state.ends.set(topic, this.logs.get(topic)!.length);
      this.read.set(topic, this.committed.get(topic)?.offset ?? 0);
    }
    const jobs = this.committed.get(TOPIC);
    const assignment = world.assignment(jobs === undefined ? {} : { 0: jobs }, this.committed);
    const member = { world, tenure: new Tenure(world.deps, assignment) };
    this.members.push(member);
    this.seen.set(member, { sent: 0, commits: 0 });
    await turn();
    return member;
  }

  get current(): Member {
    return this.members.at(-1)!;
  }

  get clock(): number {
    return this.now;
  }

  set clock(now: number) {
    this.now = now;
    for (const { world } of this.members) world.state.now = now;
  }

  produce(topic: string, ...records: readonly IncomingRecord[]): void {
    this.logs.get(topic)!.push(...records);
  }

  command(type: LaneCommand['type'], deliveryId: string, callId: string, endpointId: string, attempts: number): void {
    const offset = this.logs.get(COMMANDS)!.length;
    const value: LaneCommand = { v: 1, type, endpointId, callId, deliveryId, attempts, at: this.now };
    const record = { offset, key: Buffer.from(callId), value: Buffer.from(JSON.stringify(value)), headers: {} };
    this.produce(COMMANDS, { ...record, timestamp: this.now });
  }

  /** What members have sent lies in the logs from now on, and what they have committed is known. */
  async flow(): Promise<void> {
    await turn();
    for (const [member, seen] of this.seen) {
      const { sent, commits } = member.world;
      for (const { topic, key, value, headers } of sent.slice(seen.sent)) {
        const log = this.logs.get(topic);
        if (log === undefined) continue;
        const bytes = { key: Buffer.from(key), value: Buffer.from(value), headers: headers ?? {} };
        log.push({ offset: log.length, timestamp: this.now, ...bytes });
      }
      seen.sent = sent.length;
      for (const entry of commits.slice(seen.commits)) {
        // The other partitions have nothing in them.
        if (entry.partition === 0) this.committed.set(entry.topic, entry);
      }
      seen.commits = commits.length;
    }
  }

  /** The current member reads what it has not read yet. @param atMost records of each topic. */
  async feed(atMost = Infinity): Promise<void> {
    await this.flow();
    const { tenure, world } = this.current;
    for (const topic of READ) {
      const from = this.read.get(topic)!;
      const records = this.logs.get(topic)!.slice(from, from + atMost);
      if (records.length === 0) continue;
      this.read.set(topic, from + records.length);
      tenure.accept(batchOf(world.assignment(), records, 0, topic));
    }
    await turn();
  }

  logOf(topic: string): readonly IncomingRecord[] {
    return this.logs.get(topic)!;
  }

  commit(topic: string): CommitEntry | undefined {
    return this.committed.get(topic);
  }

  /** True when everything that lies in the logs is finished. */
  get isDone(): boolean {
    return READ.every((topic) => (this.committed.get(topic)?.offset ?? 0) === this.logs.get(topic)!.length);
  }

  /** For the message of a spec that waits in vain. */
  describe(): string {
    const topics = READ.map((topic) => ({
      topic,
      end: this.logs.get(topic)!.length,
      read: this.read.get(topic),
      committed: this.committed.get(topic)?.offset,
    }));
    return JSON.stringify({ lanes: this.memory.contents(), rows: [...this.rows], now: this.now, topics });
  }

  private store(): LaneStore {
    const { memory, rows, epochs, fence } = this;
    return {
      takeOver: async (partitions) => {
        const taken = await memory.takeOver(partitions);
        for (const [partition, { epoch }] of taken) epochs.set(partition, epoch);
        return taken;
      },
      load: (heads) => memory.load(heads),
      write: async (writes) => {
        const heads = await memory.write(
          fence ? writes : writes.map((write) => ({ ...write, epoch: epochs.get(write.partition)! })),
        );
        for (const write of writes) {
          if (write.type === 'park') rows.set(write.jobs[0]!.id, write.row);
          if (write.type === 'update') rows.set(write.head.id, write.row);
        }
        return heads;
      },
    };
  }
}
