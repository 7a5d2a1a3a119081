import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { DatabaseAwayError, isDatabaseAway } from './database-away.js';

const withCode = (code: string): Error => Object.assign(new Error('x'), { code });
const ofQuery = (error: Error): Error => new QueryFailedError('SELECT 1', [], error);

describe('Postgres', () => {
  it.each<[string, unknown]>([
    ['a refused connection', withCode('ECONNREFUSED')],
    ['a refused connection of every address', new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')])],
    ['an error of another realm', { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' }],
    ['a shutdown', ofQuery(withCode('57P01'))],
    ['a start', ofQuery(withCode('57P03'))],
    ['a lost connection', ofQuery(withCode('08006'))],
    ['too many connections', withCode('53300')],
    ['a statement that took too long', ofQuery(withCode('57014'))],
    ['a connection that ended', ofQuery(new Error('Connection terminated unexpectedly'))],
    ['a pool that has none free', new Error('timeout exceeded when trying to connect')],
    ['no connection yet', new DatabaseAwayError('not yet')],
  ])('is away: %s', (_, error) => {
    expect(isDatabaseAway(error)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a taken id', ofQuery(withCode('23505'))],
    ['a table that is missing', ofQuery(withCode('42P01'))],
    ['a text it cannot keep', ofQuery(withCode('22021'))],
    ['another error', new TypeError('x is undefined')],
    ['nothing', undefined],
  ])('is there: %s', (_, error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });
});
