import { decodeMark, encodeMark, headerText } from './headers.js';

describe('headers', () => {
  it('carries a source mark there and back', () => {
    const mark = { epoch: '0d5f3b6e-93c2-4b5e-9d8c-6c1f6f6a2f10', offset: Number.MAX_SAFE_INTEGER, ordinal: 7 };
    expect(decodeMark(encodeMark(mark))).toEqual(mark);
  });

  it.each(['', 'epoch', 'epoch:1', 'epoch:1:', 'epoch:-1:0', 'epoch:1:0:0', 'e;p:1:0', ':1:0'])(
    'refuses %j as a mark, saying which header is wrong',
    (text) => {
      expect(() => decodeMark(text)).toThrow('recho-mark');
    },
  );

  it('reads a header as text, the first of several, and tells a missing one', () => {
    expect(headerText({ a: Buffer.from('é') }, 'a')).toBe('é');
    expect(headerText({ a: ['one', Buffer.from('two')] }, 'a')).toBe('one');
    expect(headerText({ a: undefined }, 'a')).toBeUndefined();
    expect(headerText(undefined, 'a')).toBeUndefined();
  });
});
