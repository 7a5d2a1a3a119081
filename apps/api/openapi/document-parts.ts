import { z } from 'zod';
import { ApiKey, ApiKeyPage, MadeApiKey, NewApiKey } from '../access/api-key.schemas.js';
import { AuditPage } from '../access/audit.schemas.js';
import { BearerToken, NewBearerToken } from '../credentials/credential.schemas.js';
import { SigningKey, SigningKeyPage } from '../credentials/signing-key.schemas.js';
import {
  DeadLetterGroups,
  NewRedrive,
  Redrive,
  RedriveAnswer,
  RedrivePage,
} from '../dead-letters/dead-letter.schemas.js';
import {
  Attempt,
  CallEventShown,
  CallHistory,
  Delivery,
  DeliveryPage,
  DeliveryWithAttempts,
} from '../deliveries/delivery.schemas.js';
import { Endpoint, EndpointChange, EndpointPage, NewEndpoint } from '../endpoints/endpoint.schemas.js';
import { NewEvent, NewTest, PublishedEvent, PublishedTest } from '../events/event.schemas.js';
import { Health } from '../health/health.schemas.js';
import { Uuid } from '../http/schemas.js';
import { Lane, LaneCommandAnswer, LanePage, LaneSummary, LaneWithJobs, NewLaneCommand } from '../lanes/lane.schemas.js';
import { NewPreview, Preview } from '../preview/preview.schemas.js';
import { NewProject, Project, ProjectChange, ProjectPage } from '../projects/project.schemas.js';
import { ResendAnswer } from '../resend/resend.schemas.js';
import { Services } from '../services/service.schemas.js';
import { NewSession, Session } from '../session/session.schemas.js';
import { EventTypePage, NewTriggers, Triggers } from '../triggers/trigger.schemas.js';
import type { NamedSchemas } from './zod-schemas.js';

const Problem = z
  .object({
    type: z.string().meta({ description: 'A stable URN to switch on, as urn:recho:problem:not_found' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().meta({ description: 'What is wrong and what to do, in words' }),
    instance: z.string().optional().meta({ description: 'Of a 500: its id, as in the log' }),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'What is wrong, field by field' }),
  })
  .meta({ description: 'RFC 9457 problem details' });

export const SCHEMAS: NamedSchemas = {
  input: {
    ...{ NewProject, ProjectChange, NewEndpoint, EndpointChange, NewBearerToken, NewTriggers, NewEvent, NewTest },
    ...{ NewRedrive, NewLaneCommand, NewPreview, NewApiKey, NewSession },
  },
  output: {
    ...{
      Project,
      ProjectPage,
      Endpoint,
      EndpointPage,
      BearerToken,
      SigningKey,
      SigningKeyPage,
      EventTypePage,
      Triggers,
    },
    ...{ PublishedEvent, PublishedTest, Delivery, DeliveryPage, DeliveryWithAttempts, Attempt, CallHistory },
    ...{
      Lane,
      LanePage,
      LaneSummary,
      LaneWithJobs,
      LaneCommandAnswer,
      RedriveAnswer,
      Redrive,
      RedrivePage,
      DeadLetterGroups,
      ResendAnswer,
      Preview,
    },
    ...{ ApiKey, ApiKeyPage, MadeApiKey, AuditPage, Session, Health, Services },
    CallEvent: CallEventShown,
    Problem,
  },
};

export const PATH_PARAMETERS: Readonly<Record<string, z.ZodType>> = {
  projectId: Uuid,
  endpointId: Uuid,
  deliveryId: Uuid,
  callId: z.string(),
  laneId: Uuid,
  redriveId: Uuid,
  keyId: Uuid,
};

/** By the controllers' names, in the order of the page. */
export const TAGS: Readonly<Record<string, { readonly name: string; readonly description: string }>> = {
  Session: { name: 'Session', description: 'Signing in, for browsers' },
  Project: { name: 'Projects', description: 'Whoever owns endpoints and events' },
  ApiKey: { name: 'API keys', description: 'Who may do what in a project' },
  Endpoint: { name: 'Endpoints', description: 'Destinations' },
  Credential: { name: 'Credentials', description: 'What endpoints are called with' },
  SigningKey: { name: 'Credentials', description: 'What endpoints are called with' },
  Trigger: { name: 'Triggers', description: 'Which events go to which endpoints' },
  Preview: { name: 'Endpoints', description: 'Destinations' },
  Event: { name: 'Events', description: 'Events over HTTP, and test events' },
  Delivery: { name: 'Deliveries', description: 'What became of events' },
  Resend: { name: 'Deliveries', description: 'What became of events' },
  Lane: { name: 'Lanes', description: 'What waits behind what, and how to move it on' },
  DeadLetter: { name: 'Dead letters', description: 'Deliveries that were given up, and sending them again' },
  ProjectHealth: { name: 'Health', description: 'How deliveries go' },
  Change: { name: 'Changes', description: 'Hearing that something is new' },
  Audit: { name: 'Audit', description: 'Who changed what' },
  Services: { name: 'Services', description: 'What runs here' },
  Service: { name: 'Service', description: 'The service itself; needs no token' },
};

function open(operationId: string, summary: string, contentType: string, more: object = {}): Record<string, object> {
  const content = { [contentType]: { schema: { type: contentType === 'application/json' ? 'object' : 'string' } } };
  const responses = { 200: { description: 'Done', content }, ...more };
  return { get: { operationId, tags: ['Service'], summary, security: [], parameters: [], responses } };
}

const notReady = { 503: { description: 'Not ready; it says in words why', content: { 'application/json': {} } } };

/** Routes beside the controllers of /v1. */
export const ADDRESSES: Readonly<Record<string, Record<string, object>>> = {
  '/health/live': open('live', 'Whether the process answers', 'application/json'),
  '/health/ready': open('ready', 'Whether Postgres and Kafka are there, too', 'application/json', notReady),
  '/metrics': open('metrics', 'Metrics for Prometheus', 'text/plain'),
  '/openapi.json': open('openapi', 'This document', 'application/json'),
  '/docs': open('docs', 'This document, to read and to try', 'text/html'),
};
