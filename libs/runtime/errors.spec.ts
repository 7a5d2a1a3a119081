import { describe, expect, it } from '@jest/globals';
import { codeOf, describeError, ServiceError } from './errors.js';

describe('describeError', () => {
  it('tells an error with its causes, outermost first', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
    const error = new ServiceError('no_settings', 'ours', 'no projects were loaded', { cause: refused });
    expect(describeError(error)).toBe('no projects were loaded: connect ECONNREFUSED 127.0.0.1:5432');
  });

  it('says a thing once when the cause only repeats it', () => {
    expect(describeError(new Error('query failed: reset', { cause: new Error('reset') }))).toBe('query failed: reset');
  });

  it('finds words where Node leaves the message empty', () => {
    const first = new Error('connect ECONNREFUSED ::1:9092');
    expect(describeError(new AggregateError([first, new Error('second')]))).toBe('connect ECONNREFUSED ::1:9092');
    expect(describeError(Object.assign(new Error(''), { code: 'EPIPE' }))).toBe('EPIPE');
    expect(describeError(new TypeError(''))).toBe('TypeError');
  });

  it('is one line', () => {
    expect(describeError(new Error('first\n  second\n'))).toBe('first second');
  });

  it('has words for what is not an error', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    expect(describeError('plain')).toBe('plain');
    expect(describeError({ a: 1 })).toBe('a thrown {"a":1}');
    expect(describeError(circular)).toBe('a thrown [object Object]');
    expect(describeError(undefined)).toBe('nothing was thrown with it (undefined)');
  });

  it('ends on causes that go in a circle', () => {
    const a = new Error('a');
    const b = new Error('b', { cause: a });
    a.cause = b;
    expect(describeError(a)).toBe('a: b');
  });
});

describe('codeOf', () => {
  it('reads the code of Node, Postgres and kafkajs errors, and nothing else', () => {
    expect(codeOf(Object.assign(new Error('x'), { code: '57P01' }))).toBe('57P01');
    expect(codeOf(new ServiceError('made_up', 'theirs', 'x'))).toBe('made_up');
    expect(codeOf(Object.assign(new Error('x'), { code: 7 }))).toBeUndefined();
    expect(codeOf(null)).toBeUndefined();
  });
});
