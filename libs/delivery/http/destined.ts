import { LRUCache } from 'lru-cache';
import { checkTarget, type TargetRules } from '#libs/contracts';
import { UnrenderableError } from '../destination.js';
import type { JsonPost } from './post-json.js';

/** Where a target leads, or what is wrong with it. */
type Destined = Pick<JsonPost, 'origin' | 'path'> | { readonly fault: string };

/**
 * Reads targets that are URLs. Taking one apart costs more than writing a request to it, and the same few come again and
 * again.
 *
 * @returns a function that throws UnrenderableError for a target that the rules refuse.
 */
export function targetReader(rules: TargetRules): (target: string) => Pick<JsonPost, 'origin' | 'path'> {
  const destined = new LRUCache<string, Destined>({ max: 4096, memoMethod: (target) => destinedOf(target, rules) });
  return (target) => {
    const destination = destined.memo(target);
    if ('fault' in destination) throw new UnrenderableError(destination.fault);
    return destination;
  };
}

function destinedOf(target: string, rules: TargetRules): Destined {
  const fault = checkTarget(target, rules);
  if (fault !== null) return { fault };
  const { origin, pathname, search } = new URL(target);
  return { origin, path: pathname + search };
}
