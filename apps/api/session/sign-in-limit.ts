import { LRUCache } from 'lru-cache';
import { Problem } from '../http/problem.js';

/** Wrong keys from one address in so long, and the next one is not looked at. */
const MOST = 10;
const WITHIN_MS = 60_000;
/** Addresses at a time; of more, those that were not heard of for longest begin anew. */
const ADDRESSES = 10_000;

interface Tries {
  count: number;
  readonly until: number;
}

/** Nobody guesses keys here. Counted in this process, from an address's first wrong key on. */
export class SignInLimit {
  private readonly tries = new LRUCache<string, Tries>({ max: ADDRESSES });

  /** @param now milliseconds. */
  constructor(private readonly now: () => number) {}

  /**
   * @param check null: the key was wrong. Only that is counted.
   * @throws Problem 429 without a look at the key, right or wrong; and what `check` throws.
   */
  async allow<Found>(address: string, check: () => Promise<Found | null>): Promise<Found | null> {
    const tries = this.triesOf(address);
    if (tries.count >= MOST) {
      const seconds = Math.max(1, Math.ceil((tries.until - this.now()) / 1000));
      throw new Problem(
        429,
        'too_many_sign_ins',
        `${MOST} wrong keys came from this address within ${WITHIN_MS / 1000} s; try again in ${seconds} s`,
        { headers: { 'retry-after': String(seconds) } },
      );
    }
    // Before it is known: of a hundred at once, ten are looked at.
    tries.count += 1;
    let wrong = false;
    try {
      const found = await check();
      wrong = found === null;
      return found;
    } finally {
      if (!wrong) tries.count -= 1;
    }
  }

  private triesOf(address: string): Tries {
    const known = this.tries.get(address);
    if (known !== undefined && known.until > this.now()) return known;
    const fresh = { count: 0, until: this.now() + WITHIN_MS };
    this.tries.set(address, fresh);
    return fresh;
  }
}
