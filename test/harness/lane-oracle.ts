import { describeExchange, isFinal, MAX_ATTEMPTS, type Exchange } from './exchange.js';
import { retryTime, type RetryTerms } from './retry-time.js';

/** What is wrong, in sentences: all of them empty while the promise holds. */
export interface LaneFaults {
  /** I3: never arrived. */
  readonly lost: readonly string[];
  /** I3: arrived, and was neither taken nor refused, nor were its attempts used up. */
  readonly unfinished: readonly string[];
  /** I4: arrived for the first time behind a later event of its call. */
  readonly reversed: readonly string[];
  /** I4: came again behind a later event of its call. */
  readonly nonAdjacent: readonly string[];
  /** I2: arrived before its predecessor was taken, refused or had used up its attempts. */
  readonly overtaking: readonly string[];
  /** I1: arrived while another request of its lane was open. */
  readonly overlapping: readonly string[];
  /** A retry before its time. */
  readonly early: readonly string[];
  /** Attempt numbers that go back or exceed the last; another delivery id than before. */
  readonly misnumbered: readonly string[];
}

export const NO_FAULTS: LaneFaults = {
  lost: [],
  unfinished: [],
  reversed: [],
  nonAdjacent: [],
  overtaking: [],
  overlapping: [],
  early: [],
  misnumbered: [],
};

export interface LaneVerdict {
  readonly faults: LaneFaults;
  /** Lanes with at least one event, and the events in them. */
  readonly lanes: number;
  readonly deliveries: number;
  /** By what the receiver answered last. */
  readonly delivered: number;
  readonly dead: number;
  /** Requests that the receiver answered finally before, or whose number it had seen: allowed next to their original. */
  readonly adjacentRepeats: number;
  /** Attempts that the sender counted and no request came of: it gave up before the receiver read it. */
  readonly unseen: number;
  /** How long after its time each retry came, in milliseconds, ascending. */
  readonly retryLateness: readonly number[];
}

export interface LaneTerms extends RetryTerms {
  /** Delivery ids that used up their attempts by the history: the receiver need not have seen the last one. */
  readonly usedUp?: ReadonlySet<string>;
}

/** An open connection that the sender cut is seen to be over some time later. */
const CUT_SEEN_MS = 100;

/**
 * The promise, checked where it counts, in each lane: at what the receiver saw and answered.
 * @param emitted event ids of each call, in order; all of them for each endpoint.
 * @param exchanges of all lanes, in the order of arrival.
 */
export function judgeLanes(
  emitted: ReadonlyMap<string, readonly string[]>,
  endpoints: number,
  exchanges: Iterable<Exchange>,
  terms: LaneTerms,
): LaneVerdict {
  const judge = new LaneJudge(terms);
  const byLane = new Map<string, Exchange[]>();
  for (const exchange of exchanges) {
    const key = `${exchange.endpoint}|${exchange.callId}`;
    const ofLane = byLane.get(key);
    if (ofLane === undefined) byLane.set(key, [exchange]);
    else ofLane.push(exchange);
  }
  for (let endpoint = 0; endpoint < endpoints; endpoint++) {
    for (const [callId, events] of emitted) judge.lane(endpoint, events, byLane.get(`${endpoint}|${callId}`) ?? []);
  }
  return judge.verdict();
}

class LaneJudge {
  private readonly faults = structuredClone(NO_FAULTS) as Record<keyof LaneFaults, string[]>;
  private readonly count = { lanes: 0, deliveries: 0, delivered: 0, dead: 0, adjacentRepeats: 0, unseen: 0 };
  private readonly retryLateness: number[] = [];

  constructor(private readonly terms: LaneTerms) {}

  verdict(): LaneVerdict {
    return { faults: this.faults, ...this.count, retryLateness: this.retryLateness.toSorted((a, b) => a - b) };
  }

  lane(endpoint: number, events: readonly string[], exchanges: readonly Exchange[]): void {
    this.count.lanes += 1;
    this.count.deliveries += events.length;
    const places = new Map(events.map((eventId, index) => [eventId, index]));
    /** The last exchange of each event so far, by its place. */
    const last: (Exchange | undefined)[] = events.map(() => undefined);
    let highest = -1;
    let open: Exchange | null = null;
    for (const exchange of exchanges) {
      const place = places.get(exchange.eventId) ?? -1;
      if (open !== null) this.checkAlone(exchange, open);
      if (open === null || isOpenLonger(exchange, open)) open = exchange;
      const before = last[place];
      if (place < highest) {
        const where = `${describeExchange(exchange)} after ${events[highest]}`;
        (before === undefined ? this.faults.reversed : this.faults.nonAdjacent).push(where);
      } else if (before === undefined) this.checkTurn(exchange, place, last[place - 1]);
      this.checkNumber(exchange, before);
      highest = Math.max(highest, place);
      last[place] = exchange;
    }
    for (const [place, eventId] of events.entries()) this.close(endpoint, eventId, last[place]);
  }

  /** I1. */
  private checkAlone(exchange: Exchange, open: Exchange): void {
    const slack = open.end === 'cut' ? CUT_SEEN_MS : 0;
    const over = (open.endedAt ?? Number.POSITIVE_INFINITY) - slack;
    if (exchange.arrivedAt >= over) return;
    const ms = Math.round(over - exchange.arrivedAt);
    this.faults.overlapping.push(`${describeExchange(exchange)}, ${ms} ms before ${describeExchange(open)} was over`);
  }

  /** I2. */
  private checkTurn(exchange: Exchange, place: number, predecessor: Exchange | undefined): void {
    if (place === 0 || (predecessor !== undefined && this.isOver(predecessor))) return;
    const why = predecessor === undefined ? 'had not arrived' : `was ${predecessor.end ?? 'open'} still`;
    this.faults.overtaking.push(`${describeExchange(exchange)}, whose predecessor ${why}`);
  }

  private checkNumber(exchange: Exchange, before: Exchange | undefined): void {
    const step = exchange.attempt - (before?.attempt ?? 0);
    const isOther = before !== undefined && before.deliveryId !== exchange.deliveryId;
    if (isOther || step < 0 || exchange.attempt > MAX_ATTEMPTS) {
      const seen = before === undefined ? 'nothing' : `attempt ${before.attempt} of delivery ${before.deliveryId}`;
      this.faults.misnumbered.push(`${describeExchange(exchange)} (delivery ${exchange.deliveryId}) after ${seen}`);
    }
    this.count.unseen += Math.max(0, step - 1);
    if (before === undefined) return;
    if (step < 1 || isFinal(before)) this.count.adjacentRepeats += 1;
    else this.checkTime(exchange, before);
  }

  private checkTime(exchange: Exchange, failed: Exchange): void {
    const { due, earliest } = retryTime(failed, this.terms);
    if (exchange.attempt === failed.attempt + 1) this.retryLateness.push(exchange.arrivedAt - due);
    if (exchange.arrivedAt >= earliest) return;
    this.faults.early.push(`${describeExchange(exchange)}, ${Math.round(due - exchange.arrivedAt)} ms before its time`);
  }

  /** I3. */
  private close(endpoint: number, eventId: string, last: Exchange | undefined): void {
    if (last === undefined) this.faults.lost.push(`${eventId} at endpoint ${endpoint}`);
    else if (!this.isOver(last))
      this.faults.unfinished.push(`${describeExchange(last)} was ${last.end ?? 'open'} at last`);
    else if (last.end === 'delivered') this.count.delivered += 1;
    else this.count.dead += 1;
  }

  private isOver(last: Exchange): boolean {
    return isFinal(last) || (last.end !== null && this.terms.usedUp?.has(last.deliveryId) === true);
  }
}

function isOpenLonger(one: Exchange, other: Exchange): boolean {
  return (one.endedAt ?? Number.POSITIVE_INFINITY) >= (other.endedAt ?? Number.POSITIVE_INFINITY);
}
