import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.js';
import { warnOfTargets } from './target-warning.js';

/** The log lines of a start with these settings. */
function linesOf(settings: object): unknown[] {
  const lines: unknown[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  warnOfTargets(createLogger({ service: 'tried', level: 'info', destination }), settings);
  return lines;
}

describe('a service that may reach more targets than the internet has over TLS', () => {
  it.each(['ALLOW_HTTP_TARGETS', 'ALLOW_PRIVATE_TARGETS'])('warns of %s, with what it means and what to do', (name) => {
    const msg = expect.stringMatching(`^${name} is ON: .*never in production, set ${name}=false$`) as unknown;
    expect(linesOf({ [name]: true })).toEqual([expect.objectContaining({ level: 'warn', setting: name, msg })]);
  });

  it('warns of both', () => {
    expect(linesOf({ ALLOW_HTTP_TARGETS: true, ALLOW_PRIVATE_TARGETS: true })).toHaveLength(2);
  });

  it('says nothing when neither is on, or the service has no such setting', () => {
    expect(linesOf({ ALLOW_HTTP_TARGETS: false, ALLOW_PRIVATE_TARGETS: false })).toEqual([]);
    expect(linesOf({})).toEqual([]);
  });
});
