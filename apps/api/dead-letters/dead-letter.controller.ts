import { Controller, Get, HttpStatus, Inject, Post, Res } from '@nestjs/common';
import { DeliveryPage, type Delivery } from '../deliveries/delivery.schemas.js';
import { PageQuery, type Page } from '../http/paging.js';
import { PathId, ValidBody, ValidQuery } from '../http/validation.js';
import { Answers } from '../openapi/route-docs.js';
import {
  DeadLetterGroupQuery,
  DeadLetterGroups,
  DeadLetterQuery,
  NewRedrive,
  Redrive,
  RedriveAnswer,
  RedrivePage,
} from './dead-letter.schemas.js';
import { DeadLetterService } from './dead-letter-service.js';

@Controller('v1/projects/:projectId/dead-letters')
export class DeadLetterController {
  constructor(@Inject(DeadLetterService) private readonly deadLetters: DeadLetterService) {}

  @Get()
  @Answers(200, DeliveryPage, {
    summary: 'List the dead letters, newest first',
    description:
      'Deliveries that were given up: after the last retry, after a final answer, or by an operator. Each with the ' +
      'reason, the attempts, the last answer and when it was tried first and last; all of it at …/deliveries/{deliveryId}.',
    problems: [404, 422],
  })
  list(
    @PathId('projectId', 'project') projectId: string,
    @ValidQuery(DeadLetterQuery) query: DeadLetterQuery,
  ): Promise<Page<Delivery>> {
    return this.deadLetters.list(projectId, query);
  }

  @Get('groups')
  @Answers(200, DeadLetterGroups, {
    summary: 'Count the dead letters by endpoint and reason',
    description: 'The list takes the `code` of a group, and so does the filter of a redrive.',
    problems: [404, 422],
  })
  groups(
    @PathId('projectId', 'project') projectId: string,
    @ValidQuery(DeadLetterGroupQuery) query: DeadLetterGroupQuery,
  ): Promise<DeadLetterGroups> {
    return this.deadLetters.groups(projectId, query);
  }

  @Post('redrive')
  @Answers(202, RedriveAnswer, {
    summary: 'Send dead letters again, from the start, in the order of each call',
    description:
      'Some (ids, a filter), or all. Counted at once and answered; sent in the background, at most REDRIVE_RATE ' +
      'deliveries a second, also when the service is restarted meanwhile. A dead letter goes to the end of its lane, ' +
      'behind whatever waits there now, with the endpoint as it is now and all its attempts anew. With dryRun (answered ' +
      'with 200) nothing is sent. Redrives of one project follow each other.',
    alsoStatus: 200,
    problems: [404, 422],
  })
  async redrive(
    @PathId('projectId', 'project') projectId: string,
    @ValidBody(NewRedrive) body: NewRedrive,
    @Res({ passthrough: true }) reply: { status(code: number): unknown },
  ): Promise<RedriveAnswer> {
    const answer = await this.deadLetters.redrive(projectId, body);
    if (answer.dryRun) reply.status(HttpStatus.OK);
    return answer;
  }

  @Get('redrives')
  @Answers(200, RedrivePage, { summary: 'List the redrives, newest first', problems: [404, 422] })
  listRedrives(
    @PathId('projectId', 'project') projectId: string,
    @ValidQuery(PageQuery) query: PageQuery,
  ): Promise<Page<Redrive>> {
    return this.deadLetters.redrives(projectId, query);
  }

  @Get('redrives/:redriveId')
  @Answers(200, Redrive, { summary: 'Show how far a redrive has come', problems: [404] })
  getRedrive(
    @PathId('projectId', 'project') projectId: string,
    @PathId('redriveId', 'redrive') redriveId: string,
  ): Promise<Redrive> {
    return this.deadLetters.get(projectId, redriveId);
  }
}
