import { HEADERS, headerText, type IncomingRecord } from '#libs/kafka';
import { LEDGER_WINDOW, type WakeUpRecord } from '#libs/ordering';
import { laneKeyOf } from './lane-job.js';
import { RecordSource, type SourcePlace } from './record-source.js';

/** Names only, of jobs that wait in Postgres: small, however long their rung is. */
const BOUNDS = { records: 2000, bytes: 512 * 1024 };
/** About what a name keeps in memory, in bytes. */
const NAME_BYTES = 200;
/** The most wake-ups of a rung that are being acted on; the others stay due. */
const MAX_AT_ONCE = 2000;
/** A rung of which nothing was read for so long has nothing more to be read, in milliseconds. */
const QUIET_MS = 60_000;
/** setTimeout counts no further, in milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface WakeUpDeps {
  /** From 1. */
  readonly rung: number;
  /** Unix milliseconds. */
  now(): number;
  after(ms: number, callback: () => void): void;
  onDue(laneKey: string, wakeUp: WakeUpRecord): void;
  /** A record that names no lane. */
  onUnreadable(record: IncomingRecord, why: string): void;
  /** The ledger moved by itself. */
  touch(): void;
}

interface Entry {
  readonly offset: number;
  readonly bytes: number;
  readonly wakeUp: { readonly laneKey: string; readonly record: WakeUpRecord } | IncomingRecord;
}

/**
 * A rung of one partition. It has one delay, so its records lie in the order in which they come due: the first one that
 * is not due yet holds all others.
 */
export class WakeUpSource {
  readonly source: RecordSource<Entry>;
  private timer = false;
  /** Of all that were read; Unix milliseconds, as is `lastReadAt`. */
  private latestDueAt = 0;
  private lastReadAt: number;

  constructor(
    place: SourcePlace,
    private readonly deps: WakeUpDeps,
  ) {
    this.source = new RecordSource<Entry>(place, {
      bounds: BOUNDS,
      entryOf: (record) => this.entryOf(record),
      mayTake: (entry) => this.isDue(entry) && this.source.unfinished < MAX_AT_ONCE,
      take: (entry) => this.take(entry),
    });
    this.lastReadAt = deps.now();
  }

  /** From 0 to 1: then no more is taken in. */
  get fullness(): number {
    return Math.max(this.source.unfinished / MAX_AT_ONCE, this.source.span / LEDGER_WINDOW);
  }

  /**
   * True when a wake-up that was due then would have come by now: none that is due waits here, and a later one was read,
   * or nothing for a while. (One that is late may lie in Kafka still, behind thousands that are due as well.)
   */
  isPast(dueAt: number): boolean {
    const now = this.deps.now();
    const next = this.source.peek();
    if (next !== undefined && dueAtOf(next) <= now) return false;
    return this.latestDueAt > dueAt || now - this.lastReadAt >= QUIET_MS;
  }

  private entryOf(record: IncomingRecord): Entry {
    this.lastReadAt = this.deps.now();
    const { offset, headers, key } = record;
    const id = headerText(headers, HEADERS.deliveryId);
    const endpointId = headerText(headers, HEADERS.endpointId);
    const attempts = Number(headerText(headers, HEADERS.attempts));
    const dueAt = Number(headerText(headers, HEADERS.dueAt));
    if (id === undefined || endpointId === undefined || key === null || !(attempts >= 0) || !(dueAt >= 0)) {
      return { offset, bytes: record.value?.length ?? 0, wakeUp: record };
    }
    this.latestDueAt = Math.max(this.latestDueAt, dueAt);
    const place = { topic: this.source.place.topic, offset };
    return {
      offset,
      bytes: NAME_BYTES,
      wakeUp: {
        laneKey: laneKeyOf(endpointId, key.toString()),
        record: { id, attempts, rung: this.deps.rung, dueAt, place },
      },
    };
  }

  private isDue(entry: Entry): boolean {
    const { now, after } = this.deps;
    const inMs = dueAtOf(entry) - now();
    if (inMs <= 0) return true;
    if (!this.timer) {
      this.timer = true;
      after(Math.min(inMs, LONGEST_TIMER_MS), () => {
        this.timer = false;
        this.source.pump();
      });
    }
    return false;
  }

  private take({ offset, wakeUp }: Entry): void {
    const { deps, source } = this;
    if (source.track(offset, null) !== 'fresh') return deps.touch();
    if ('record' in wakeUp) deps.onDue(wakeUp.laneKey, wakeUp.record);
    else deps.onUnreadable(wakeUp, UNREADABLE);
  }
}

const UNREADABLE = `the wake-up lacks its key, or one of the headers ${HEADERS.deliveryId}, ${HEADERS.endpointId}, ${HEADERS.attempts}, ${HEADERS.dueAt}`;

function dueAtOf({ wakeUp }: Entry): number {
  return 'record' in wakeUp ? wakeUp.record.dueAt : 0;
}
