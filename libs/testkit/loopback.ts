import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A request as a loopback receiver took it. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Names as they were sent, and values, in turn. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export interface Loopback {
  /** `http://127.0.0.1:<a free port>`. */
  readonly origin: string;
  /** Connections accepted so far. */
  connections(): number;
  /** Cuts what is open and gives the port back. */
  close(): Promise<void>;
}

/** A receiver on a free port; `answer` is called with each request once its body is complete. */
export async function startReceiver(
  answer: (request: Received, response: ServerResponse) => void,
): Promise<Loopback & { readonly received: readonly Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers, rawHeaders } = request;
      const whole = { method, url, headers, rawHeaders, body: Buffer.concat(chunks) };
      received.push(whole);
      answer(whole, response);
    });
  });
  return { ...(await listen(server)), received };
}

/** A server that is no HTTP server: `onConnection` does with each connection what it likes. */
export function startTcp(onConnection: (socket: Socket, ordinal: number) => void): Promise<Loopback> {
  let ordinal = 0;
  return listen(
    createTcpServer((socket) => {
      socket.on('error', () => socket.destroy()); // the other side may cut it at any time
      onConnection(socket, (ordinal += 1));
    }),
  );
}

async function listen(server: Server): Promise<Loopback> {
  const open = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
