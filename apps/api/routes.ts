import { ApiKeyController } from './access/api-key.controller.js';
import { AuditController } from './access/audit.controller.js';
import { ChangeController } from './changes/change.controller.js';
import { CredentialController } from './credentials/credential.controller.js';
import { SigningKeyController } from './credentials/signing-key.controller.js';
import { DeadLetterController } from './dead-letters/dead-letter.controller.js';
import { DeliveryController } from './deliveries/delivery.controller.js';
import { EndpointController } from './endpoints/endpoint.controller.js';
import { EventController } from './events/event.controller.js';
import { ProjectHealthController } from './health/project-health.controller.js';
import { LaneController } from './lanes/lane.controller.js';
import { PreviewController } from './preview/preview.controller.js';
import { ProjectController } from './projects/project.controller.js';
import { ResendController } from './resend/resend.controller.js';
import { ServicesController } from './services/services.controller.js';
import { SessionController } from './session/session.controller.js';
import { TriggerController } from './triggers/trigger.controller.js';

/** Everything under /v1, in the order of the documentation. */
export const CONTROLLERS = [
  SessionController,
  ProjectController,
  ApiKeyController,
  EndpointController,
  CredentialController,
  SigningKeyController,
  TriggerController,
  PreviewController,
  EventController,
  DeliveryController,
  ResendController,
  LaneController,
  DeadLetterController,
  ProjectHealthController,
  ChangeController,
  AuditController,
  ServicesController,
];
