import type { ShowName } from '../options.js';
import { figuresOf, type BenchResult } from '../results.js';

/** What a show told, to be drawn. */
export interface ShowFigures {
  /** One a round. @throws Error when there is no such figure: a plot shall not be drawn of less than it says. */
  of(what: string): readonly number[];
  /** By their first words. */
  startingWith(words: string): readonly { readonly what: string; readonly values: readonly number[] }[];
}

/** null: it was not measured. */
export function showFigures({ rounds }: BenchResult, show: ShowName): ShowFigures | null {
  const own = figuresOf(rounds).filter((figure) => figure.show === show);
  if (own.length === 0) return null;
  return {
    of: (what) => {
      const found = own.find((figure) => figure.what === what);
      if (found === undefined) throw new Error(`${show} has no figure ${JSON.stringify(what)}: measure it again`);
      return found.values;
    },
    startingWith: (words) => own.filter(({ what }) => what.startsWith(words)),
  };
}
