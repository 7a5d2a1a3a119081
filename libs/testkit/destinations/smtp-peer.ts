import type { Socket } from 'node:net';
import { startTcp } from '../loopback.js';
import { DRIP_EVERY_MS, HUGE_BYTES, portOf, type Behaviour, type Peer } from './peer.js';

const END_OF_MAIL = '\r\n.\r\n';

/** A mail server of a few words: it takes every mail, and behaves as it was told when the whole of one is there. */
export async function startSmtpPeer(): Promise<Peer> {
  let current: Behaviour = 250;
  let taken = 0;
  const server = await startTcp((socket) => {
    let isMail = false;
    let text = '';
    socket.write('220 peer\r\n');
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      for (;;) {
        const end = isMail ? END_OF_MAIL : '\r\n';
        const at = text.indexOf(end);
        if (at < 0) return;
        const line = text.slice(0, at);
        text = text.slice(at + end.length);
        if (isMail) {
          isMail = false;
          taken += 1;
          reply(current, socket);
        } else if (/^DATA/i.test(line)) {
          isMail = true;
          socket.write('354 go on\r\n');
        } else {
          socket.write(/^QUIT/i.test(line) ? '221 bye\r\n' : '250 ok\r\n');
        }
      }
    });
  });
  return {
    port: portOf(server.origin),
    behave: (behaviour) => {
      current = behaviour;
    },
    taken: () => taken,
    connections: () => server.connections(),
    close: () => server.close(),
  };
}

function reply(behaviour: Behaviour, socket: Socket): void {
  switch (behaviour) {
    case 'silent':
      return;
    case 'half':
      socket.write('250-taken');
      return;
    case 'drip': {
      const dripping = setInterval(() => socket.write('2'), DRIP_EVERY_MS);
      socket.once('close', () => clearInterval(dripping));
      return;
    }
    case 'huge':
      socket.write(`${'250-xxxxxxxxxx\r\n'.repeat(HUGE_BYTES / 16)}250 taken\r\n`);
      return;
    case 'reset':
      socket.resetAndDestroy();
      return;
    default:
      socket.write(`${behaviour} it is\r\n`);
  }
}
