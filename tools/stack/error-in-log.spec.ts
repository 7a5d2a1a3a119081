import { errorIn } from './error-in-log.js';

const failed = { code: 1, signal: null };
const killed = { code: null, signal: 'SIGKILL' } as const;

test("the last error of a service's log is the reason, with its cause", () => {
  const lines = [
    '{"level":"error","msg":"first"}',
    '{"level":"fatal","msg":"cannot start","err":{"message":"listen EADDRINUSE"}}',
    '{"level":"info","msg":"shut down"}',
  ];
  expect(errorIn(lines, failed)).toBe('cannot start: listen EADDRINUSE');
});

test.each([
  ['Error: Cannot find module x', ['Error: Cannot find module x', '    at Object.y', 'Node.js v24.21.0']],
  ['FATAL:  lock file exists', ['LOG:  starting', 'FATAL:  lock file exists', 'LOG:  database system is shut down']],
  ['no error, but a last word', ['a first word', 'no error, but a last word']],
])('of other programs: %s', (reason, lines) => {
  expect(errorIn(lines, failed)).toBe(reason);
});

test('one that was killed in the middle of its work gave no reason', () => {
  expect(errorIn(['{"level":"error","msg":"something else, a minute ago"}', 'plain'], killed)).toBeNull();
  expect(errorIn([], failed)).toBeNull();
});
