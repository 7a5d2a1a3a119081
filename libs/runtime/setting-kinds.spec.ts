import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import * as kinds from './setting-kinds.js';

const KEY = Buffer.alloc(32, 1).toString('base64');
const OTHER = Buffer.alloc(32, 2).toString('base64');

const KINDS: readonly [string, z.ZodType, accepted: [string, unknown][], refused: string[]][] = [
  [
    'durationMs',
    kinds.durationMs(),
    [
      ['500ms', 500],
      ['2s', 2000],
      ['5m', 300_000],
      ['1440m', 86_400_000],
    ],
    ['0s', '2', '2 s', '1.5s', '-1s', '2h', '1441m', 's', '9999999999s'],
  ],
  [
    'bool',
    kinds.bool(),
    [
      ['true', true],
      ['false', false],
    ],
    ['TRUE', 'yes', '1', '0', 'on'],
  ],
  [
    'integer',
    kinds.integer(1, 100),
    [
      ['1', 1],
      ['100', 100],
    ],
    ['0', '101', '1.0', '1e1', ' 1', '-1', '0x1', 'NaN'],
  ],
  [
    'port',
    kinds.port(),
    [
      ['0', 0],
      ['65535', 65_535],
    ],
    ['65536', '-1', 'http', '80 '],
  ],
  ['text', kinds.text('a text', 'x'), [[' a ', 'a']], ['   ']],
  ['secret', kinds.secret('a secret', 'x'), [[' a ', ' a ']], []],
  [
    'oneOf',
    kinds.oneOf(['plain', 'other']),
    [
      ['plain', 'plain'],
      ['OTHER', 'other'],
    ],
    ['plai', 'plain '],
  ],
  [
    'hostsAndPorts',
    kinds.hostsAndPorts('a:1'),
    [
      ['a:1', ['a:1']],
      ['a:1, b.example:9092', ['a:1', 'b.example:9092']],
      ['[::1]:9092', ['[::1]:9092']],
    ],
    ['a', 'a:', ':1', 'a:1,', 'kafka://a:1', 'a:1 b:2', '::1:9092'],
  ],
  [
    'secretUrl',
    kinds.secretUrl(['postgres:', 'postgresql:'], 'postgres://x'),
    [
      ['postgres://u:p@h/db', 'postgres://u:p@h/db'],
      ['postgresql:///db?host=/run', 'postgresql:///db?host=/run'],
    ],
    ['h/db', 'mysql://h/db', 'postgres'],
  ],
  [
    'mailbox',
    kinds.mailbox('a@b.example'),
    [
      ['notify@example.com', { name: null, address: 'notify@example.com' }],
      ['<notify@example.com>', { name: null, address: 'notify@example.com' }],
      ['Recho, on call <notify@münchen.example>', { name: 'Recho, on call', address: 'notify@xn--mnchen-3ya.example' }],
      ['"Recho" <notify@example.com>', { name: 'Recho', address: 'notify@example.com' }],
    ],
    [
      'notify',
      'a@x.example, b@x.example',
      'A <a@x.example> B',
      'A\r\nBcc: b <a@x.example>',
      'A <a@x.example\n>',
      'A <>',
    ],
  ],
  [
    'base64Keys',
    kinds.base64Keys(),
    [
      [KEY, [Buffer.alloc(32, 1)]],
      [`${KEY}, ${OTHER}`, [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]],
    ],
    ['x', KEY.slice(1), `${KEY},`, `${KEY},${KEY}`, Buffer.alloc(31).toString('base64'), 'z'.repeat(44)],
  ],
  [
    'ladder',
    kinds.ladder(),
    [
      ['1s', [1000]],
      ['5s,15s,45s', [5000, 15_000, 45_000]],
      ['1s,1s', [1000, 1000]],
      ['1s,2s,3s,4s,5s,6s,7s,8s', [1, 2, 3, 4, 5, 6, 7, 8].map((s) => s * 1000)],
    ],
    ['1s,', '2s,1s', '0s', '1s 2s', '1,2', '1s,2s,3s,4s,5s,6s,7s,8s,9s'],
  ],
];

describe.each(KINDS)('%s', (_, kind, accepted, refused) => {
  it.each(accepted)('reads %j', (text, value) => {
    expect(kind.parse(text)).toEqual(value);
  });

  if (refused.length > 0) {
    it.each(refused)('refuses %j', (text) => {
      expect(kind.safeParse(text).success).toBe(false);
    });
  }
});
