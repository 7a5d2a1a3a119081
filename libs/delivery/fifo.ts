/** First in, first out, at the same small cost however many wait. */
export class Fifo<One> {
  private entries: (One | undefined)[] = [];
  private taken = 0;

  get length(): number {
    return this.entries.length - this.taken;
  }

  push(one: One): void {
    this.entries.push(one);
  }

  peek(): One | undefined {
    return this.entries[this.taken];
  }

  shift(): One | undefined {
    const one = this.entries[this.taken];
    if (one === undefined) return undefined;
    // It may go: its place stays in the array until that is cut.
    this.entries[this.taken] = undefined;
    this.taken += 1;
    if (this.taken >= 512 && this.taken * 2 >= this.entries.length) {
      this.entries = this.entries.slice(this.taken);
      this.taken = 0;
    }
    return one;
  }

  /** Only those stay that `stays` is true of; it is asked once of each, in order. */
  retain(stays: (one: One) => boolean): void {
    this.entries = this.entries.slice(this.taken).filter((one) => one !== undefined && stays(one));
    this.taken = 0;
  }

  clear(): void {
    this.entries = [];
    this.taken = 0;
  }
}
