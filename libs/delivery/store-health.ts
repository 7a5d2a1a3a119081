/** Whether Postgres does what parked lanes need of it: told once when that ends, and as long as it lasts in the readiness. */
export class StoreHealth {
  private failure: Error | null = null;
  /** Partitions are taken over: healthy lanes need Postgres no more. */
  private begun = false;

  constructor(private readonly log: { error(fields: object, text: string): void }) {}

  /** Why lanes wait; null: they do not. */
  get waitsFor(): Error | null {
    return this.failure;
  }

  hasBegun(): void {
    this.begun = true;
  }

  worked(): void {
    this.failure = null;
  }

  /** @param what could not be done: `read parked heads`. */
  failed(what: string, error: unknown): void {
    const isNews = this.failure === null;
    this.failure = new Error(`cannot ${what}: ${error instanceof Error ? error.message : String(error)}`);
    if (!isNews) return;
    const waits = this.begun ? 'failing calls are held meanwhile, the others go on' : 'nothing is attempted until then';
    this.log.error({ err: error }, `cannot ${what}; tried again until it works; ${waits}`);
  }
}
