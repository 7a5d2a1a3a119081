import { createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What each of the demo's other destinations was sent, in a line. */
export interface ChatReceiver {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  close(): void;
}

export interface ChatReceiverOptions {
  /** SPKI PEMs of the signed endpoint's keys, by key id. */
  publicKeys(): ReadonlyMap<string, string>;
  /** @param destination as in `Slack`. */
  onMessage(destination: string, words: string): void;
}

/** Receivers accept what is within five minutes of their clock, in seconds. */
const WINDOW_S = 300;

/** On `/slack` and `/teams` what answers as these do, on `/signed` a receiver that takes only what is signed. */
export async function startChatReceiver({ publicKeys, onMessage }: ChatReceiverOptions): Promise<ChatReceiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      if (request.url === '/slack') {
        onMessage('Slack', `a message: "${firstLineOf((JSON.parse(body.toString()) as { text: string }).text)}"`);
        response.end('ok');
      } else if (request.url === '/teams') {
        onMessage('Teams', `an Adaptive Card of ${body.length} bytes`);
        response.writeHead(202).end();
      } else {
        const isGenuine = isSigned(request.headers, body, publicKeys(), Date.now() / 1000);
        onMessage('Custom', isGenuine ? 'JSON whose signature is genuine' : 'JSON, NOT SIGNED AS IT SHOULD BE: 401');
        response.writeHead(isGenuine ? 204 : 401).end();
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { origin: `http://127.0.0.1:${port}`, close };
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
