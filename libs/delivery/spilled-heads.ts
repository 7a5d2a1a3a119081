import type { CapacityTask } from './endpoint-share.js';
import { Fifo } from './fifo.js';

/** Heads of an endpoint that wait in Postgres; only their names are here. */
export class SpilledHeads {
  private readonly fresh = new Fifo<CapacityTask>();
  private readonly failed = new Fifo<CapacityTask>();

  get length(): number {
    return this.fresh.length + this.failed.length;
  }

  push(task: CapacityTask): void {
    (task.isFirst ? this.fresh : this.failed).push(task);
  }

  /** The one that waits longest. @param unfailed of those that have not failed yet, if there is one. */
  shift(unfailed: boolean): CapacityTask | undefined {
    const [fresh, failed] = [this.fresh.peek(), this.failed.peek()];
    if (fresh === undefined) return this.failed.shift();
    if (failed === undefined || unfailed || fresh.since <= failed.since) return this.fresh.shift();
    return this.failed.shift();
  }
}
