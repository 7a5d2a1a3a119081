import { describe, expect, it } from '@jest/globals';
import { filterOf, readSearch, writeSearch } from './delivery-filter.js';

const NOW = Date.parse('2026-05-12T10:00:00.000Z');
const searchOf = (query: string) => readSearch(new URLSearchParams(query));

describe('the filters of the deliveries', () => {
  it('stand in the address, and come out of it as they went in', () => {
    const search = searchOf('callId=a%26b&status=dead_lettered&since=1h');
    expect(readSearch(writeSearch(search))).toEqual(search);
    expect(writeSearch(search).toString()).toBe('callId=a%26b&status=dead_lettered&since=1h');
    expect(writeSearch(searchOf('')).toString()).toBe('');
  });

  it('ask for a span until now, or for what stands there', () => {
    expect(filterOf(searchOf('status=delivered&since=24h'), NOW)).toEqual({
      status: 'delivered',
      from: '2026-05-11T10:00:00.000Z',
    });
    expect(filterOf(searchOf('from=2026-05-01T00:00:00.000Z&to=2026-05-02T00:00:00.000Z'), NOW)).toEqual({
      from: '2026-05-01T00:00:00.000Z',
      to: '2026-05-02T00:00:00.000Z',
    });
  });

  it('that nobody knows are left out', () => {
    expect(filterOf(searchOf('colour=red&since=forever'), NOW)).toEqual({});
  });
});
