import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';

/**
 * Below the ports that Linux, macOS and Windows give to outgoing connections (from 32768 or 49152): one of those may be
 * taken by any connection before its server starts, and a client that tries again to reach a server that is away may
 * connect to itself there, which keeps the server from coming back.
 */
const PORTS = { from: 20_000, to: 32_767 } as const;
const TRIES = 100;

/** A port of 127.0.0.1 that was free a moment ago. @throws when none of many was. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(PORTS.from, PORTS.to + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(`none of ${TRIES} ports of 127.0.0.1 between ${PORTS.from} and ${PORTS.to} is free`);
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** True when something takes connections there. */
export function isAccepting(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 3000 });
    const settle = (accepting: boolean): void => {
      socket.destroy();
      resolve(accepting);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}
