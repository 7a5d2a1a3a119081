import { describe, expect, it } from '@jest/globals';
import { checkTarget } from './index.js';

const STRICT = { allowHttp: false, allowPrivate: false };

describe('a target', () => {
  it.each([
    'https://receiver.example.com/webhook',
    'https://receiver.example.com:8443/webhook?x=1',
    'https://bücher.example/',
    'https://93.184.216.34/webhook',
    'https://[2606:2800:220:1:248:1893:25c8:1946]/webhook',
  ])('that the internet reaches over TLS is taken: %s', (target) => {
    expect(checkTarget(target, STRICT)).toBeNull();
  });

  it.each([
    'https://127.0.0.1/',
    'https://10.1.2.3/',
    'https://172.31.255.255/',
    'https://192.168.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/',
    'https://0.0.0.0/',
    'https://255.255.255.255/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://api.localhost/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[fe80::1]/',
    'https://[fd00::1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:db8::1]/',
  ])('at a private or reserved address is refused, however it is written: %s', (target) => {
    expect(checkTarget(target, STRICT)).toContain('private or reserved');
    expect(checkTarget(target, { ...STRICT, allowPrivate: true })).toBeNull();
  });

  it('over plain http is refused unless that is allowed', () => {
    expect(checkTarget('http://receiver.example.com/', STRICT)).toContain('only https');
    expect(checkTarget('http://receiver.example.com/', { ...STRICT, allowHttp: true })).toBeNull();
  });

  it.each(['ftp://receiver.example.com/', 'file:///etc/passwd', 'javascript:alert(1)', 'mailto:a@example.com'])(
    'of another scheme is refused, whatever is allowed: %s',
    (target) => {
      expect(checkTarget(target, { allowHttp: true, allowPrivate: true })).toContain("the target's scheme is");
    },
  );

  it.each(['https://user:secret@receiver.example.com/', 'https://user@receiver.example.com/'])(
    'with credentials in it is refused: %s',
    (target) => {
      const fault = checkTarget(target, { allowHttp: true, allowPrivate: true });
      expect(fault).toContain('credentials');
      expect(fault).not.toContain('secret');
    },
  );

  it.each(['', 'receiver.example.com/webhook', 'https://', 'https://exa mple.com/'])(
    'that is no URL is refused: %j',
    (target) => {
      expect(checkTarget(target, STRICT)).toContain('is not a URL; use https://host/path');
    },
  );
});
