import { digest } from './key-secret.js';

/** More callers than that at a time, and some are counted by their address for a request. */
const MOST = 10_000;

/** Tokens that were let in, by their hashes alone: which callers are counted apart. Says nothing of who may do what. */
export class KnownTokens {
  private readonly names = new Set<string>();

  /** Null: it was not let in, or not lately. */
  nameOf(token: string | undefined): string | null {
    if (token === undefined) return null;
    const name = nameFor(token);
    return this.names.has(name) ? name : null;
  }

  letIn(token: string): void {
    const name = nameFor(token);
    if (this.names.size >= MOST && !this.names.has(name)) this.names.clear();
    this.names.add(name);
  }

  refuse(token: string): void {
    this.names.delete(nameFor(token));
  }
}

function nameFor(token: string): string {
  return `token ${digest(token).toString('base64')}`;
}
