import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENT_CATALOGUE } from '#libs/contracts';
import { startApiWithDatabase, type RunningApi } from '../../../test/integration/running-api.js';
import type { Endpoint } from '../endpoints/endpoint.schemas.js';
import { previewOf } from './preview.js';
import type { Preview } from './preview.schemas.js';

/* A look at what would be sent. Oracles: the contract's names and words, and that nothing secret is in it. */

const NOW = new Date('2026-05-12T10:24:00.000Z');
const ENDPOINT: Endpoint = {
  id: 'e0000000-0000-4000-8000-000000000001',
  projectId: '3f0c7a52-9d1e-4c57-8a34-6b2f0d9e1c77',
  name: 'My receiver',
  endpointType: 'CUSTOM',
  target: 'https://receiver.example.com/webhook',
  authType: 'NONE',
  contentKey: 'template-7',
  enabled: true,
  createdAt: NOW.toISOString(),
  updatedAt: NOW.toISOString(),
};
const ERROR = { eventType: 'OUTBOUND_CALL_ERROR' } as const;
const CLEAN = { eventType: 'INBOUND_CALL_COMPLETED' } as const;

describe('the preview', () => {
  it('of a CUSTOM endpoint is the JSON of the contract, with its headers', () => {
    const { request, email } = previewOf(ENDPOINT, ERROR, NOW);
    expect(email).toBeNull();
    expect(request).toMatchObject({
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Recho-Attempt': '1' },
      body: {
        projectId: ENDPOINT.projectId,
        webhookEndpoint: { id: ENDPOINT.id, target: ENDPOINT.target, contentKey: 'template-7' },
        eventType: 'OUTBOUND_CALL_ERROR',
        body: { subject: '[Recho] Outbound call error', errors: [{ code: 'TEST_ERROR' }] },
        authConfig: { authType: 'NONE' },
      },
    });
    expect(request?.headers).not.toHaveProperty('Authorization');
    expect(previewOf(ENDPOINT, CLEAN, NOW).request?.body).toMatchObject({ body: { errors: [] } });
  });

  it('names the headers that authenticate a request, and shows none of what is in them', () => {
    const bearer = previewOf({ ...ENDPOINT, authType: 'BEARER' }, ERROR, NOW).request;
    expect(bearer?.headers['Authorization']).toBe('Bearer ********');
    const signed = previewOf({ ...ENDPOINT, authType: 'SIGNATURE_RSA_SHA256' }, ERROR, NOW).request;
    expect(Object.keys(signed?.headers ?? {})).toEqual(
      expect.arrayContaining(['X-Recho-Signature', 'X-Recho-Timestamp', 'X-Recho-Key-Id']),
    );
    expect(signed?.body).toMatchObject({ authConfig: { authType: 'SIGNATURE_RSA_SHA256' } });
  });

  it('of a SLACK endpoint is the message, of a TEAMS endpoint the card', () => {
    const slack = previewOf({ ...ENDPOINT, endpointType: 'SLACK' }, ERROR, NOW).request;
    expect(slack?.body).toMatchObject({ text: expect.stringContaining('Outbound call error') });
    const teams = previewOf({ ...ENDPOINT, endpointType: 'TEAMS' }, ERROR, NOW).request;
    expect(teams?.body).toMatchObject({
      type: 'message',
      attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: { type: 'AdaptiveCard' } }],
    });
  });

  it('of an EMAIL endpoint is subject, text and HTML', () => {
    const endpoint: Endpoint = { ...ENDPOINT, endpointType: 'EMAIL', target: 'oncall@example.com' };
    expect(previewOf(endpoint, ERROR, NOW)).toMatchObject({
      target: 'oncall@example.com',
      request: null,
      email: {
        subject: '[Recho] Outbound call error',
        text: expect.stringContaining('[TEST_ERROR]'),
        html: expect.stringContaining('<'),
      },
    });
  });

  it.each(EVENT_CATALOGUE)('of $eventType can be made for each destination', ({ eventType }) => {
    for (const endpointType of ['SLACK', 'TEAMS', 'EMAIL', 'CUSTOM'] as const) {
      const preview = previewOf({ ...ENDPOINT, endpointType }, { eventType }, NOW);
      expect(JSON.stringify(preview)).toContain('preview-call');
    }
  });
});

describe('over the API', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await startApiWithDatabase();
  }, 60_000);
  afterAll(() => api?.close());

  it('it is shown for an endpoint of the project, and nothing is sent', async () => {
    const project = (await api.call<{ id: string }>('POST', '/v1/projects', { name: 'P' })).body.id;
    const base = `/v1/projects/${project}/endpoints`;
    const settings = { name: 'CRM', endpointType: 'CUSTOM', target: 'https://example.com/hook', authType: 'BEARER' };
    const { id } = (await api.call<{ id: string }>('POST', base, settings)).body;
    const token = 'planted-token-of-the-endpoint';
    await api.call('PUT', `${base}/${id}/credentials/bearer`, { token });

    const { status, body, text } = await api.call<Preview>('POST', `${base}/${id}/preview`, ERROR);
    expect([status, body.eventType, body.target]).toEqual([200, 'OUTBOUND_CALL_ERROR', settings.target]);
    expect(text).not.toContain(token);
    expect((await api.call<Preview>('POST', `${base}/${id}/preview`)).body.eventType).toBe('OUTBOUND_CALL_ERROR');
    expect((await api.call('POST', `${base}/${id}/preview`, { eventType: 'NO_SUCH' })).status).toBe(422);
    expect((await api.call('POST', `${base}/${project}/preview`)).status).toBe(404);
  });
});
