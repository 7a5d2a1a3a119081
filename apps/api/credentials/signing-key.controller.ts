import { Controller, Delete, Get, Inject, Post } from '@nestjs/common';
import type { Page } from '../http/paging.js';
import { PathId } from '../http/validation.js';
import { Answers } from '../openapi/route-docs.js';
import { SigningKey, SigningKeyPage } from './signing-key.schemas.js';
import { SigningKeyStore } from './signing-key-store.js';

@Controller('v1/projects/:projectId/endpoints/:endpointId/credentials/signing-keys')
export class SigningKeyController {
  constructor(@Inject(SigningKeyStore) private readonly keys: SigningKeyStore) {}

  @Get()
  @Answers(200, SigningKeyPage, { summary: "List an endpoint's public keys, oldest first", problems: [404] })
  list(
    @PathId('projectId', 'project') projectId: string,
    @PathId('endpointId', 'endpoint') endpointId: string,
  ): Promise<Page<SigningKey>> {
    return this.keys.list(projectId, endpointId);
  }

  @Post()
  @Answers(201, SigningKey, {
    summary: 'Make a new signing key beside the old one',
    description:
      'The first step of a rotation: give its public key to the receiver, then activate it. An endpoint without an ' +
      'active key signs with it at once.',
    problems: [404, 409],
  })
  create(
    @PathId('projectId', 'project') projectId: string,
    @PathId('endpointId', 'endpoint') endpointId: string,
  ): Promise<SigningKey> {
    return this.keys.create(projectId, endpointId);
  }

  @Post(':keyId/activate')
  @Answers(200, SigningKey, {
    summary: 'Sign with this key from now on',
    description: 'The key before it is retired, and stays in the list until it is deleted.',
    problems: [404],
  })
  activate(
    @PathId('projectId', 'project') projectId: string,
    @PathId('endpointId', 'endpoint') endpointId: string,
    @PathId('keyId', 'signing key') keyId: string,
  ): Promise<SigningKey> {
    return this.keys.activate(projectId, endpointId, keyId);
  }

  @Delete(':keyId')
  @Answers(204, null, { summary: 'Delete a signing key that is not the active one', problems: [404, 409] })
  delete(
    @PathId('projectId', 'project') projectId: string,
    @PathId('endpointId', 'endpoint') endpointId: string,
    @PathId('keyId', 'signing key') keyId: string,
  ): Promise<void> {
    return this.keys.delete(projectId, endpointId, keyId);
  }
}
