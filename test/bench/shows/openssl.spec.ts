import { expect, it } from '@jest/globals';
import { signsIn } from './openssl.js';

it.each([
  ['OpenSSL 3.0', 'rsa 2048 bits 0.000836s 0.000025s   1195.6  39928.6'],
  ['OpenSSL 3.5', 'rsa  2048 bits 0.000836s 0.000025s 0.000027s 0.000900s   1195.6  39928.6  37000.1   1111.1'],
])('what openssl signs in a second is read from what %s prints', (_, line) => {
  expect(signsIn(`CPUINFO: x\n   sign    verify    sign/s verify/s\n${line}\n`)).toBe(1195.6);
});

it('output without it is an error', () => {
  expect(() => signsIn('dsa 2048 bits 0.000836s 0.000025s   1195.6  39928.6')).toThrow('did not say');
});
