import type { Log } from './client.js';

/**
 * Tells of batches that cannot be handled. They come again twice a second, on every partition, until what is wrong is
 * mended: each reason is told once, and so is that it is over.
 */
export class FailureLog {
  /** The reason by place, while it fails. */
  private readonly failing = new Map<string, string>();

  constructor(private readonly log: Log) {}

  failed(place: string, error: unknown, fields: object): void {
    const reason = String(error);
    const known = [...this.failing.values()].includes(reason);
    this.failing.set(place, reason);
    this.log[known ? 'debug' : 'error']({ err: error, ...fields }, 'a batch could not be handled; it comes again');
  }

  worked(place: string): void {
    if (this.failing.delete(place) && this.failing.size === 0) this.log.info({}, 'batches are handled again');
  }

  /** The partitions go: whether they fail with their next owner is not known here. */
  forget(): void {
    this.failing.clear();
  }
}
