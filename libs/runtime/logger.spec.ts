import { describe, expect, it } from '@jest/globals';
import { createLogger, NestLoggerAdapter, withNamedFields } from './logger.js';

/** A logger and the lines it wrote. */
function recorded(level = 'trace') {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  return { lines, logger: createLogger({ service: 'router', level, destination }) };
}

describe('createLogger', () => {
  it('writes JSON lines with service, time and the level in words', () => {
    const { lines, logger } = recorded();
    logger.info({ partition: 3 }, 'joined');
    expect(lines).toEqual([
      { level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), service: 'router', partition: 3, msg: 'joined' },
    ]);
  });

  it('tells an error in err with stack and cause', () => {
    const { lines, logger } = recorded();
    logger.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');
    expect(lines[0]).toMatchObject({ err: { message: 'outer: inner', stack: expect.stringContaining('logger.spec') } });
  });

  it('writes nothing below its level', () => {
    const { lines, logger } = recorded('warn');
    logger.info({}, 'no');
    logger.warn({}, 'yes');
    expect(lines.map(({ msg }) => msg)).toEqual(['yes']);
  });

  it('hides credentials that end up in a line', () => {
    const { lines, logger } = recorded();
    logger.info(
      { token: 'hunter2', headers: { authorization: 'Bearer hunter2' }, endpoint: { password: 'hunter2' } },
      'x',
    );
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    expect(lines[0]).toMatchObject({ token: '(not shown)' });
  });

  it('looks for none where every field is named, and writes the same line', () => {
    const { lines, logger } = recorded();
    logger.info({ callId: 'a', token: 'hunter2' }, 'x');
    withNamedFields(logger).info({ callId: 'a', token: 'hunter2' }, 'x');
    const [searched, named] = lines.map(({ time: _, ...line }) => line);
    expect(named).toEqual({ ...searched, token: 'hunter2' });
  });

  it('writes what can be anything as JSON, leaves out what is undefined, and keeps to the level', () => {
    const { lines, logger } = recorded('info');
    const log = withNamedFields(logger);
    log.debug({ callId: 'a' }, 'no');
    log.warn({ callId: '"\n\u2028', redrive: undefined, waited: ['x'], keyId: null }, 'a "text"');
    log.info({}, 'y');
    expect(lines).toEqual([
      {
        level: 'warn',
        time: expect.any(String),
        service: 'router',
        callId: '"\n\u2028',
        waited: ['x'],
        keyId: null,
        msg: 'a "text"',
      },
      { level: 'info', time: expect.any(String), service: 'router', msg: 'y' },
    ]);
    expect(log.isLevelEnabled('debug')).toBe(false);
  });
});

describe('NestLoggerAdapter', () => {
  it("writes Nest's lines with their context, and its start-up chatter for debugging only", () => {
    const { lines, logger } = recorded();
    const nest = new NestLoggerAdapter(logger);
    nest.log('Nest microservice successfully started', 'NestMicroservice');
    nest.log('Mapped {/health/live, GET} route', 'RouterExplorer');
    expect(lines).toMatchObject([
      { level: 'info', context: 'NestMicroservice' },
      { level: 'debug', context: 'RouterExplorer' },
    ]);
  });

  it('keeps the stack that Nest passes as a text, and errors as errors', () => {
    const { lines, logger } = recorded();
    const nest = new NestLoggerAdapter(logger);
    nest.error('boom', 'Error: boom\n    at x', 'ExceptionsHandler');
    nest.error(new Error('bang'), 'ExceptionsHandler');
    expect(lines).toMatchObject([
      { level: 'error', msg: 'boom', stack: 'Error: boom\n    at x', context: 'ExceptionsHandler' },
      { level: 'error', msg: 'bang', err: { message: 'bang' }, context: 'ExceptionsHandler' },
    ]);
  });

  it('leaves a port that cannot be opened to the start, which says it in words', () => {
    const { lines, logger } = recorded();
    const nest = new NestLoggerAdapter(logger);
    nest.error('Error: listen EADDRINUSE: address already in use 127.0.0.1:80', 'NestApplication');
    nest.error('Error: something else', 'NestApplication');
    expect(lines.map(({ level }) => level)).toEqual(['debug', 'error']);
  });
});
