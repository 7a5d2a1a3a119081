import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { cutUnusedOnClose } from './unused-connections.js';

/* A server that closes, and what is still connected to it. Oracle: when it has closed, and what clients got. */

const asked = Promise.withResolvers<void>();
const answer = Promise.withResolvers<string>();

@Controller()
class SlowController {
  @Get('slow') slow(): Promise<string> {
    asked.resolve();
    return answer.promise;
  }
}

@Module({ controllers: [SlowController] })
class SlowModule {}

const sockets: Socket[] = [];
afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));

async function start(): Promise<NestFastifyApplication> {
  return NestFactory.create<NestFastifyApplication>(SlowModule, new FastifyAdapter(), { logger: false });
}

/** Sends nothing. */
async function connectTo(app: NestFastifyApplication): Promise<Socket> {
  const socket = connect(Number(new URL(await app.getUrl()).port), '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  const count = () =>
    new Promise((resolve) => app.getHttpServer().getConnections((_: unknown, n: number) => resolve(n)));
  while ((await count()) === 0) await turn();
  return socket;
}

describe('a server that closes', () => {
  it('cuts connections on which nothing was asked; without that it waits for them', async () => {
    const [cutting, waiting] = [await start(), await start()];
    cutUnusedOnClose(cutting);
    await Promise.all([cutting.listen(0, '127.0.0.1'), waiting.listen(0, '127.0.0.1')]);
    const [cut, kept] = [await connectTo(cutting), await connectTo(waiting)];
    let stillOpen = true;
    const closed = waiting.close().then(() => (stillOpen = false));
    await Promise.all([cutting.close(), once(cut, 'close')]);
    expect(stillOpen).toBe(true);
    kept.destroy();
    await closed;
  });

  it('answers what is under way', async () => {
    const app = await start();
    cutUnusedOnClose(app);
    await app.listen(0, '127.0.0.1');
    const response = fetch(`${await app.getUrl()}/slow`);
    await asked.promise;
    const closing = app.close();
    answer.resolve('done');
    expect(await (await response).text()).toBe('done');
    await closing;
  });
});
