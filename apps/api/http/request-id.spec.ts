import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Delete, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger } from '#libs/runtime';
import { logRequests, requestIdOf } from './request-id.js';

/* Oracles: the header of each answer, and the lines of the log. */

@Controller('v1/things')
class ThingController {
  @Get(':id') get(): string {
    return 'a thing';
  }

  @Delete(':id') remove(): string {
    return 'gone';
  }
}

@Module({ controllers: [ThingController] })
class ThingModule {}

const lines: Record<string, unknown>[] = [];
let app: NestFastifyApplication;
let url: string;

beforeAll(async () => {
  const destination = new Writable({
    write: (chunk, _, done) => {
      lines.push(JSON.parse(String(chunk)) as Record<string, unknown>);
      done();
    },
  });
  app = await NestFactory.create<NestFastifyApplication>(ThingModule, new FastifyAdapter({ genReqId: requestIdOf }), {
    logger: false,
  });
  logRequests(app, createLogger({ service: 'spec', level: 'debug', destination }));
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(() => app?.close());

async function answered(method: string, path: string, id?: string) {
  const answer = await fetch(url + path, { method, ...(id !== undefined && { headers: { 'x-request-id': id } }) });
  await answer.text();
  return {
    id: answer.headers.get('x-request-id'),
    line: lines.find(({ requestId }) => requestId === answer.headers.get('x-request-id')),
  };
}

describe('a request', () => {
  it('has an id of its own, and a line in the log with the route, not with what stands in the URL', async () => {
    const { id, line } = await answered('DELETE', '/v1/things/secret-4711?token=secret-4711');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(line).toMatchObject({
      level: 'info',
      method: 'DELETE',
      route: '/v1/things/:id',
      status: 200,
      msg: 'request',
    });
    expect(JSON.stringify(lines)).not.toContain('4711');
  });

  it('that changes nothing is of interest to few', async () => {
    expect((await answered('GET', '/v1/things/1')).line).toMatchObject({ level: 'debug' });
  });

  it("keeps its caller's id", async () => {
    expect((await answered('GET', '/v1/things/1', 'req:42.a_b-c')).id).toBe('req:42.a_b-c');
  });

  it.each(['with space', 'x'.repeat(129), '{"injected":true}'])(
    'does not keep one that would not do: %s',
    async (id) => {
      expect((await answered('GET', '/v1/things/1', id)).id).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});
