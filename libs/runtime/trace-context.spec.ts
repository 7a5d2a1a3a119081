import { describe, expect, it } from '@jest/globals';
import { childOf, parseTraceparent } from './trace-context.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const hex = (bytes: number) => 'ab'.repeat(bytes);

describe('parseTraceparent', () => {
  it('reads the header of the W3C recommendation', () => {
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual({ traceId: TRACE, parentId: SPAN, flags: 1 });
  });

  it('reads a later version by its first four fields', () => {
    expect(parseTraceparent(`01-${TRACE}-${SPAN}-00-more`)).toEqual({ traceId: TRACE, parentId: SPAN, flags: 0 });
  });

  it.each([
    ['nothing', ''],
    ['a version that may never be', `ff-${TRACE}-${SPAN}-01`],
    ['more fields than version 00 has', `00-${TRACE}-${SPAN}-01-more`],
    ['upper-case hex', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['a short trace id', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['a second line', `00-${TRACE}-${SPAN}-01\nx: y`],
  ])('ignores %s', (_, header) => {
    expect(parseTraceparent(header)).toBeNull();
  });
});

describe('childOf', () => {
  it('continues the trace with a span of its own', () => {
    expect(childOf(`00-${TRACE}-${SPAN}-01`, hex)).toBe(`00-${TRACE}-abababababababab-01`);
  });

  it('keeps "not sampled", and drops flags that nobody defined', () => {
    expect(childOf(`00-${TRACE}-${SPAN}-00`, hex)).toBe(`00-${TRACE}-abababababababab-00`);
    expect(childOf(`00-${TRACE}-${SPAN}-ff`, hex)).toBe(`00-${TRACE}-abababababababab-03`);
  });

  it.each([null, '', 'garbage'])('begins a sampled trace when there is none to continue (%j)', (parent) => {
    expect(childOf(parent, hex)).toBe(`00-${'ab'.repeat(16)}-abababababababab-01`);
  });

  it('gives every child another span, each of them valid', () => {
    const children = Array.from({ length: 1000 }, () => childOf(`00-${TRACE}-${SPAN}-01`));
    expect(new Set(children).size).toBe(1000);
    for (const child of children) expect(parseTraceparent(child)).not.toBeNull();
  });
});
