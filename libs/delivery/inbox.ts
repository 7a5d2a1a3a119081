import type { IncomingRecord } from '#libs/kafka';

/** Records wait here, as they were read, at most about this many bytes a partition… */
const HIGH_BYTES = 2 * 1024 * 1024;
/** …or this many records; more of the partition is fetched when half of it is gone. */
const HIGH_RECORDS = 2000;

/**
 * What was fetched of one partition and not yet taken in: a queue that pauses the fetching when it is full and resumes
 * it when it is half empty, so that memory stays bounded whatever lies in Kafka.
 */
export class Inbox {
  private records: (IncomingRecord | undefined)[] = [];
  private taken = 0;
  private bytes = 0;
  private paused = false;

  constructor(private readonly fetching: { pause(): void; resume(): void }) {}

  add(records: readonly IncomingRecord[]): void {
    for (const record of records) {
      this.records.push(record);
      this.bytes += sizeOf(record);
    }
    if (!this.paused && this.isAbove(1)) {
      this.paused = true;
      this.fetching.pause();
    }
  }

  peek(): IncomingRecord | undefined {
    return this.records[this.taken];
  }

  drop(): void {
    this.bytes -= sizeOf(this.records[this.taken]!);
    // Its bytes may go: it stays in the array until that is cut.
    this.records[this.taken] = undefined;
    this.taken += 1;
    if (this.taken >= 512 && this.taken * 2 >= this.records.length) {
      this.records = this.records.slice(this.taken);
      this.taken = 0;
    }
    if (this.paused && !this.isAbove(0.5)) {
      this.paused = false;
      this.fetching.resume();
    }
  }

  clear(): void {
    this.records = [];
    this.taken = 0;
    this.bytes = 0;
  }

  private isAbove(share: number): boolean {
    return this.records.length - this.taken > HIGH_RECORDS * share || this.bytes > HIGH_BYTES * share;
  }
}

function sizeOf(record: IncomingRecord): number {
  return record.value?.length ?? 0;
}
