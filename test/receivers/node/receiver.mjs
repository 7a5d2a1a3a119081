// A receiver that takes only what Recho has signed. Node's own modules, nothing else.
// KEYS is a folder with each public key as <key id>.pem: during a rotation there are two.
import { Buffer } from 'node:buffer';
import { createPublicKey, verify } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { KEYS = 'keys', PORT = '3000' } = process.env;
const keys = new Map(
  readdirSync(KEYS).map((file) => [file.replace('.pem', ''), createPublicKey(readFileSync(`${KEYS}/${file}`))]),
);

/** `body` is the raw bytes as they came: verify first, parse afterwards. */
function isGenuine(headers, body) {
  const timestamp = headers['x-recho-timestamp'] ?? '';
  const key = keys.get(headers['x-recho-key-id']);
  if (key === undefined || !/^\d+$/.test(timestamp)) return false;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false; // five minutes, either way
  const signature = Buffer.from(headers['x-recho-signature'] ?? '', 'base64');
  return verify('sha256', Buffer.concat([Buffer.from(`${timestamp}.`), body]), key, signature);
}

createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    if (!isGenuine(request.headers, body)) return response.writeHead(401).end();
    const event = JSON.parse(body.toString('utf8'));
    console.log(event.eventType, event.body.data.callId);
    response.writeHead(204).end();
  });
}).listen(Number(PORT), '127.0.0.1', () => console.log(`listening on ${PORT}`));
