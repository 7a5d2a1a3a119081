/** How an endpoint takes what it is sent. */
export type Mood =
  | { readonly type: 'well'; readonly delayMs: number }
  /** A share of the attempts is answered 500, the others 200, all at once. */
  | { readonly type: 'failing'; readonly share: number }
  /** Every `everyMs` it changes between nightmare (see NIGHTMARE) and hell: always 500. */
  | { readonly type: 'nightmare-and-hell'; readonly everyMs: number }
  /** No answer ever. */
  | { readonly type: 'hanging' };

/** null: none. */
export type Answer = { readonly status: 200 | 500; readonly delayMs: number } | null;

/** In a nightmare a third of the answers is not as it should be: half of them late, half of them 500. */
const NIGHTMARE = { share: 1 / 3, lateMs: { least: 500, most: 1000 } } as const;

const AT_ONCE = { status: 200, delayMs: 0 } as const;
const FAILED = { status: 500, delayMs: 0 } as const;

/**
 * An endpoint that fails at random has a last word: after so many failures of one event it takes it. So nothing runs out of
 * attempts (seven), and every event must arrive.
 */
const MOST_FAILURES = 4;

/**
 * @param sinceMs how long the endpoint has been in this mood.
 * @param attempt of the event, from 1.
 * @param chance 0 to below 1, drawn anew.
 */
export function answerIn(mood: Mood, sinceMs: number, attempt: number, chance: () => number): Answer {
  switch (mood.type) {
    case 'well':
      return { status: 200, delayMs: mood.delayMs };
    case 'failing':
      return attempt <= MOST_FAILURES && chance() < mood.share ? FAILED : AT_ONCE;
    case 'nightmare-and-hell': {
      const isHell = Math.floor(sinceMs / mood.everyMs) % 2 === 1;
      if (isHell) return FAILED;
      if (chance() >= NIGHTMARE.share) return AT_ONCE;
      const { least, most } = NIGHTMARE.lateMs;
      return chance() < 0.5 ? FAILED : { status: 200, delayMs: least + chance() * (most - least) };
    }
    case 'hanging':
      return null;
  }
}

/** Numbers from 0 to below 1 that are the same in every run (mulberry32). */
export function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
