import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of the demo, on a free port. */
export interface DemoReceiver {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  close(): void;
}

/** @param handle gets each request when its body is there; what it cannot make sense of (it throws) is answered 400. */
export async function serve(
  handle: (request: IncomingMessage, body: Buffer, response: ServerResponse) => void,
): Promise<DemoReceiver> {
  const server = createServer((request, response) => {
    void readBody(request)
      .then((body) => handle(request, body, response))
      .catch(() => response.writeHead(400).end());
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

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
