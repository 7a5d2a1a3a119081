import type { ServerResponse } from 'node:http';
import { startReceiver } from '../loopback.js';
import { DRIP_EVERY_MS, HUGE_BYTES, portOf, type Behaviour, type Peer } from './peer.js';

/** A destination that speaks HTTP. */
export async function startHttpPeer(): Promise<Peer> {
  let current: Behaviour = 200;
  const receiver = await startReceiver((_, response) => answer(current, response));
  return {
    port: portOf(receiver.origin),
    behave: (behaviour) => {
      current = behaviour;
    },
    taken: () => receiver.received.length,
    connections: () => receiver.connections(),
    close: () => receiver.close(),
  };
}

function answer(behaviour: Behaviour, response: ServerResponse): void {
  switch (behaviour) {
    case 'silent':
      return;
    case 'half':
      response.writeHead(200, { 'content-length': '10' }).write('12345');
      return;
    case 'drip': {
      response.writeHead(200);
      const dripping = setInterval(() => response.write('.'), DRIP_EVERY_MS);
      response.once('close', () => clearInterval(dripping));
      return;
    }
    case 'huge':
      response.writeHead(200).end('x'.repeat(HUGE_BYTES));
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    default:
      response.writeHead(behaviour).end('');
  }
}
