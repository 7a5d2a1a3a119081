import { setTimeout as after } from 'node:timers/promises';
import type { Service, ServiceName, System } from '../harness/system.js';

/** Longer than a member may stay silent before the group goes on without it (CONSUMER_DEFAULTS.sessionTimeoutMs). */
const STALL_MS = 13_000;

/** The processes of the run, and what happens to them. */
export class Fleet {
  private readonly running: Service[] = [];
  /** Order violations that recorders counted before they ended. */
  private violationsBefore = 0;

  constructor(
    private readonly system: System,
    private readonly random: () => number,
    private readonly say: (text: string) => void,
  ) {}

  async start(names: readonly ServiceName[]): Promise<void> {
    const started = await Promise.all(names.map((name) => this.system.start(name)));
    await Promise.all(started.map((one) => one.ready()));
    this.running.push(...started);
  }

  /** Hits one process, chosen at random. Resolves when it is done, with its successor started but not yet ready. */
  async disturb(): Promise<void> {
    const index = Math.floor(this.random() * this.running.length);
    const victim = this.running[index]!;
    const how = this.random();
    if (how < 0.6) {
      this.say(`SIGKILL ${victim.name}`);
      await this.keepViolations(victim);
      await victim.kill();
    } else if (how < 0.8) {
      this.say(`SIGTERM ${victim.name}`);
      await this.keepViolations(victim);
      await victim.stop();
    } else {
      this.say(`SIGSTOP ${victim.name}, for ${STALL_MS / 1000} s`);
      process.kill(victim.child.pid, 'SIGSTOP');
      await after(STALL_MS);
      process.kill(victim.child.pid, 'SIGCONT');
      return;
    }
    this.running[index] = await this.system.start(victim.name);
  }

  /** Resolves when all of them are ready again. */
  async settle(): Promise<void> {
    await Promise.all(this.running.map((one) => one.ready()));
  }

  /** Of all recorders, also of those that are gone. */
  async violations(): Promise<number> {
    let total = this.violationsBefore;
    for (const one of this.running) total += await violationsOf(one);
    return total;
  }

  private async keepViolations(victim: Service): Promise<void> {
    // One that has only just started may not answer yet, and has counted nothing then.
    this.violationsBefore += await violationsOf(victim).catch(() => 0);
  }
}

function violationsOf(service: Service): Promise<number> {
  return service.name === 'recorder' ? service.metric('recho_order_violations_total') : Promise.resolve(0);
}
