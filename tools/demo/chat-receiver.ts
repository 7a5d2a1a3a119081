import { createPublicKey, verify } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { serve, type DemoReceiver } from './serve.js';

export interface ChatReceiverOptions {
  /** SPKI PEMs of the signed endpoint's keys, by key id. */
  publicKeys(): ReadonlyMap<string, string>;
  /** @param destination as in `Slack`. */
  onMessage(destination: string, words: string): void;
}

/** Receivers accept what is within five minutes of their clock, in seconds. */
const WINDOW_S = 300;

/** On `/slack` and `/teams` what answers as these do, on `/signed` a receiver that takes only what is signed. */
export function startChatReceiver({ publicKeys, onMessage }: ChatReceiverOptions): Promise<DemoReceiver> {
  return serve(({ url, headers }, body, response) => {
    if (url === '/slack') {
      onMessage('Slack', `a message: "${firstLineOf((JSON.parse(body.toString()) as { text: string }).text)}"`);
      response.end('ok');
    } else if (url === '/teams') {
      onMessage('Teams', `an Adaptive Card of ${body.length} bytes`);
      response.writeHead(202).end();
    } else {
      const isGenuine = isSigned(headers, body, publicKeys(), Date.now() / 1000);
      onMessage('Custom', isGenuine ? 'JSON whose signature is genuine' : 'JSON, NOT SIGNED AS IT SHOULD BE: 401');
      response.writeHead(isGenuine ? 204 : 401).end();
    }
  });
}

/** As any receiver does it, from the public contract. @param now Unix seconds. */
export function isSigned(
  headers: IncomingHttpHeaders,
  body: Buffer,
  publicKeys: ReadonlyMap<string, string>,
  now: number,
): boolean {
  const timestamp = String(headers['x-recho-timestamp']);
  const publicKeyPem = publicKeys.get(String(headers['x-recho-key-id']));
  if (publicKeyPem === undefined || !(Math.abs(now - Number(timestamp)) <= WINDOW_S)) return false;
  const signature = Buffer.from(String(headers['x-recho-signature']), 'base64');
  return verify(
    'sha256',
    Buffer.concat([Buffer.from(`${timestamp}.`), body]),
    createPublicKey(publicKeyPem),
    signature,
  );
}

function firstLineOf(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
