import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the receiver understood it. */
export interface Delivery {
  /** `/crm` */
  readonly path: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly callId: string;
  /** The bearer token it came with, null for none. */
  readonly token: string | null;
  /** 1 for the first try. */
  readonly attempt: number;
}

export interface DemoReceiver {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  close(): void;
}

interface Payload {
  readonly eventType: string;
  readonly body: { readonly data: { readonly callId: string } };
}

/** A customer's server, as small as they get. @param answer gives the status of each delivery. */
export async function startDemoReceiver(answer: (delivery: Delivery) => number): Promise<DemoReceiver> {
  const server = createServer((request, response) => {
    void readBody(request).then(
      (body) => response.writeHead(answer(deliveryOf(request, JSON.parse(body) as Payload))).end(),
      () => response.writeHead(400).end(),
    );
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

function deliveryOf(request: IncomingMessage, { eventType, body }: Payload): Delivery {
  const header = (name: string): string => String(request.headers[name] ?? '');
  return {
    path: request.url ?? '',
    eventId: header('x-recho-event-id'),
    eventType,
    callId: body.data.callId,
    token: /^Bearer (.+)$/.exec(header('authorization'))?.[1] ?? null,
    attempt: Number(header('x-recho-attempt')),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
