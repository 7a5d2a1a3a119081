import { describe, expect, it } from '@jest/globals';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Registry } from 'prom-client';
import { measureRequests } from './request-metrics.js';

/* Oracle: what a scrape shows. */

describe('requests to the API', () => {
  it('are counted by the pattern of their route, and never by a URL', async () => {
    const adapter = new FastifyAdapter();
    const registry = new Registry();
    measureRequests({ getHttpAdapter: () => adapter } as unknown as NestFastifyApplication, registry);
    const fastify = adapter.getInstance();
    fastify.get('/v1/projects/:projectId', () => ({}));
    await fastify.inject('/v1/projects/one');
    await fastify.inject('/v1/projects/two');
    await fastify.inject('/somewhere/else');
    const scrape = await registry.metrics();
    const count = 'recho_http_request_duration_seconds_count';
    expect(scrape).toContain(`${count}{route="/v1/projects/:projectId",method="GET",status="2xx"} 2`);
    expect(scrape).toContain(`${count}{route="(no route)",method="(any)",status="4xx"} 1`);
    expect(scrape).not.toMatch(/projects\/one|somewhere/);
    await fastify.close();
  });
});
