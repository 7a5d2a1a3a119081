/** The demo's signed receiver takes what is signed as the contract has it, and nothing else. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { isSigned } from './chat-receiver.js';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEYS = new Map([['key-1', publicKey.export({ type: 'spki', format: 'pem' }).toString()]]);
const BODY = Buffer.from('{"a":"é"}');
const NOW = 1_778_581_441;

function headers(timestamp = NOW, keyId = 'key-1'): Record<string, string> {
  const signature = sign('sha256', Buffer.concat([Buffer.from(`${timestamp}.`), BODY]), privateKey).toString('base64');
  return { 'x-recho-timestamp': String(timestamp), 'x-recho-signature': signature, 'x-recho-key-id': keyId };
}

test('what is signed with a known key is genuine, within five minutes either way', () => {
  for (const now of [NOW, NOW - 300, NOW + 300]) expect(isSigned(headers(), BODY, KEYS, now)).toBe(true);
});

test.each([
  ['with another byte', headers(), Buffer.from('{"a":"e"}'), NOW],
  ['with another timestamp', { ...headers(), 'x-recho-timestamp': String(NOW + 1) }, BODY, NOW],
  ['too late', headers(), BODY, NOW + 301],
  ['too early', headers(), BODY, NOW - 301],
  ['with a key that is not known', headers(NOW, 'key-2'), BODY, NOW],
  ['unsigned', {}, BODY, NOW],
])('%s it is not', (_, given, body, now) => {
  expect(isSigned(given, body, KEYS, now)).toBe(false);
});
