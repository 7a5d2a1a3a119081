import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { SecretBox, SecretBoxError } from './secret-box.js';

const OLD = Buffer.alloc(32, 1);
const NEW = Buffer.alloc(32, 2);

describe('SecretBox', () => {
  it.each(['', 'a bearer token', 'Ümläute 漢字 🗝', 'x'.repeat(100_000)])('opens what it sealed (%#)', (plain) => {
    const box = new SecretBox([randomBytes(32)]);
    expect(box.decrypt(box.encrypt(plain))).toBe(plain);
  });

  it('never seals one secret twice to the same text', () => {
    const box = new SecretBox([NEW]);
    expect(box.encrypt('token')).not.toBe(box.encrypt('token'));
  });

  it('shows neither secret nor key', () => {
    const sealed = new SecretBox([NEW]).encrypt('token');
    expect(Buffer.from(sealed.split('.')[2]!, 'base64url').toString('latin1')).not.toContain('token');
    expect(sealed).not.toContain(NEW.toString('base64url').slice(0, 8));
  });

  it('seals with the first key and opens with every key, so that keys can be replaced', () => {
    const before = new SecretBox([OLD]).encrypt('token');
    const rotated = new SecretBox([NEW, OLD]);
    expect(rotated.decrypt(before)).toBe('token');
    expect(rotated.isCurrent(before)).toBe(false);
    const after = rotated.encrypt('token');
    expect(rotated.isCurrent(after)).toBe(true);
    expect(new SecretBox([NEW]).decrypt(after)).toBe('token');
  });

  it('says which key is missing and what to do, and not the secret', () => {
    const sealed = new SecretBox([OLD]).encrypt('token');
    const open = () => new SecretBox([NEW]).decrypt(sealed);
    expect(open).toThrow(SecretBoxError);
    expect(open).toThrow(
      /sealed with key [0-9a-f]{8}, which is not in SECRETS_KEY .* add the old key behind the new one/,
    );
    expect(open).toThrow(expect.objectContaining({ code: 'unknown_key', blame: 'config' }));
  });

  it('refuses a text in which any single character was changed', () => {
    const box = new SecretBox([NEW]);
    const sealed = box.encrypt('a token of some length');
    const changed = Array.from(sealed, (_, at) => {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      return sealed.slice(0, at) + other + sealed.slice(at + 1);
    });
    // The last base64url character may carry bits that encode nothing.
    for (const text of changed.slice(0, -1)) expect(() => box.decrypt(text)).toThrow(SecretBoxError);
  });

  it.each(['', 'plain', 'v1.', 'v1.00000000', 'v2.00000000.AAAA', 'v1.00000000.AAAA.more'])('refuses %j', (text) => {
    expect(() => new SecretBox([NEW]).decrypt(text)).toThrow(SecretBoxError);
  });

  it('refuses a text that was cut, down to nothing', () => {
    const box = new SecretBox([NEW]);
    const sealed = box.encrypt('token');
    for (let length = 0; length < sealed.length - 1; length += 1) {
      expect(() => box.decrypt(sealed.slice(0, length))).toThrow(SecretBoxError);
    }
  });

  it('refuses to begin without a key, or with one of another length', () => {
    expect(() => new SecretBox([])).toThrow(/holds no key/);
    expect(() => new SecretBox([Buffer.alloc(16)])).toThrow(/has 16 bytes; it needs 32/);
  });
});
