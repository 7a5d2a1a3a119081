import { constants, setPriority } from 'node:os';
import { setTimeout as after } from 'node:timers/promises';
import type { Service, ServiceName, System } from '../harness/system.js';

/** Longer than a member may stay silent before the group goes on without it (CONSUMER_DEFAULTS.sessionTimeoutMs). */
const STALL_MS = 13_000;

/** What must not happen, as the processes themselves count it. */
export const COUNTED = {
  violations: { service: 'recorder', metric: 'recho_order_violations_total' },
  sweeps: { service: 'delivery-custom', metric: 'recho_lanes_overdue_total' },
} as const;

/** The processes of a run, what happens to them, and what they counted, also those that are gone. */
export class Fleet {
  private readonly running: Service[] = [];
  private readonly stalled = new Map<Service, Promise<void>>();
  private readonly before: Record<keyof typeof COUNTED, number> = { violations: 0, sweeps: 0 };

  constructor(
    private readonly system: System,
    private readonly say: (text: string) => void,
  ) {}

  async start(names: readonly ServiceName[]): Promise<void> {
    this.running.push(...(await Promise.all(names.map((name) => this.begin(name)))));
    await this.ready();
  }

  /** Of less priority than this process: the receivers are in it, and a receiver that is late looks like one that hangs. */
  private async begin(name: ServiceName): Promise<Service> {
    const service = await this.system.start(name);
    setPriority(service.child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    return service;
  }

  /** Resolves when another one is started in its place, not yet ready. */
  async kill(name: ServiceName, pick: number): Promise<void> {
    const victim = this.choose(name, pick);
    if (victim === undefined) return;
    this.say(`SIGKILL ${name} (pid ${victim.child.pid})`);
    await this.keepCounts(victim);
    await victim.kill();
    await this.replace(victim);
  }

  async restart(name: ServiceName, pick: number): Promise<void> {
    const victim = this.choose(name, pick);
    if (victim === undefined) return;
    this.say(`SIGTERM ${name} (pid ${victim.child.pid}), and another one`);
    await this.keepCounts(victim);
    await victim.stop();
    await this.replace(victim);
  }

  async grow(name: ServiceName): Promise<void> {
    const more = await this.begin(name);
    this.running.push(more);
    this.say(`one more ${name} (pid ${more.child.pid})`);
  }

  async shrink(name: ServiceName): Promise<void> {
    const victim = this.choose(name, 0);
    if (victim === undefined) return;
    this.say(`one ${name} less (SIGTERM, pid ${victim.child.pid})`);
    await this.keepCounts(victim);
    await victim.stop();
    this.running.splice(this.running.indexOf(victim), 1);
  }

  /** Returns at once; the process goes on when its time is over. */
  stall(name: ServiceName, pick: number): void {
    const victim = this.choose(name, pick);
    if (victim === undefined) return;
    this.say(`SIGSTOP ${name} (pid ${victim.child.pid}), for ${STALL_MS / 1000} s`);
    process.kill(victim.child.pid, 'SIGSTOP');
    const going = after(STALL_MS).then(() => {
      process.kill(victim.child.pid, 'SIGCONT');
      this.stalled.delete(victim);
      this.say(`SIGCONT ${name} (pid ${victim.child.pid})`);
    });
    this.stalled.set(victim, going);
  }

  /** Resolves when all of them go on and are ready. */
  async ready(): Promise<void> {
    await Promise.all(this.stalled.values());
    await Promise.all(this.running.map((one) => one.ready()));
  }

  /** What was counted, by all of them: what one counted in its last moment before a SIGKILL is not known. */
  async counts(): Promise<Readonly<Record<keyof typeof COUNTED, number>>> {
    const counts = { ...this.before };
    for (const one of this.running) await addCounts(one, counts);
    return counts;
  }

  /** Not one that stands still: it will have to go on by itself. */
  private choose(name: ServiceName, pick: number): Service | undefined {
    const candidates = this.running.filter((one) => one.name === name && !this.stalled.has(one));
    return candidates[Math.floor(pick * candidates.length)];
  }

  private async replace(victim: Service): Promise<void> {
    this.running[this.running.indexOf(victim)] = await this.begin(victim.name);
  }

  private async keepCounts(victim: Service): Promise<void> {
    // One that has only just started may not answer yet, and has counted nothing then.
    await addCounts(victim, this.before).catch(() => undefined);
  }
}

async function addCounts(service: Service, counts: Record<keyof typeof COUNTED, number>): Promise<void> {
  for (const [name, { service: of, metric }] of Object.entries(COUNTED)) {
    if (service.name === of) counts[name as keyof typeof COUNTED] += await service.metric(metric);
  }
}
