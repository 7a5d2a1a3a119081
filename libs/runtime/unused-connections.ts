import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Socket } from 'node:net';

/**
 * Connections on which nothing was sent yet (browsers open some ahead) count as busy for Node: a server that closes
 * would wait for them until they time out. They are cut when it does.
 */
export function cutUnusedOnClose(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const open = new Set<Socket>();
  let closing = false;
  fastify.server.on('connection', (socket: Socket) => {
    if (closing) return void socket.destroy();
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  fastify.addHook('preClose', (done) => {
    closing = true;
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    done();
  });
}
