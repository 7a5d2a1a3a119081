import { describe, expect, it } from '@jest/globals';
import { asciiEmailAddress, checkEmailAddress } from './email-address.js';

describe('an EMAIL target', () => {
  it.each([
    'ops@example.com',
    'first.last+calls@sub.example.co.uk',
    "o'brien!#$%&*+/=?^_`{|}~-@example.com",
    'OPS@Example.COM',
    `${'a'.repeat(64)}@example.com`,
    'ops@münchen.example',
    'ops@例え.テスト',
    'ops@xn--mnchen-3ya.example',
  ])('may be %s', (target) => {
    expect(checkEmailAddress(target)).toBeNull();
  });

  it.each([
    '',
    'ops',
    '@example.com',
    'ops@',
    'ops@localhost',
    'ops@1.2.3.4',
    'ops@[127.0.0.1]',
    'ops@example.com.',
    'ops@-example.com',
    'ops@exam_ple.com',
    'ops@example..com',
    '.ops@example.com',
    'o..ps@example.com',
    'ops.@example.com',
    ' ops@example.com',
    'ops@example.com ',
    'o ps@example.com',
    'ops@exam ple.com',
    'Ops <ops@example.com>',
    '<ops@example.com>',
    'ops@example.com>',
    'a@example.com,b@example.com',
    'a@example.com;b@example.com',
    'a@b@example.com',
    '"a b"@example.com',
    'ops(on call)@example.com',
    'ops@example.com\r\nBcc: evil@example.org',
    'ops\r\nBcc: evil@example.org',
    'ops@example.com\n',
    'ops@exam\tple.com',
    'ops@example%2ecom',
    'ops@example.com/path',
    'ops@example.com:25',
    'ops\0@example.com',
    'ópş@example.com',
    `${'a'.repeat(65)}@example.com`,
    `ops@${'a'.repeat(64)}.com`,
    `ops@${'abcdefghi.'.repeat(25)}com`,
    'https://example.com/hook',
  ])('may not be %j, and is told why', (target) => {
    expect(checkEmailAddress(target)).toMatch(/^the target/);
  });

  it('goes to the mail server with its domain in ASCII', () => {
    expect(asciiEmailAddress('Ops+1@MÜNCHEN.example')).toBe('Ops+1@xn--mnchen-3ya.example');
  });
});
