import { Controller, HttpStatus, Inject, Post } from '@nestjs/common';
import { PathId } from '../http/validation.js';
import { Answers } from '../openapi/route-docs.js';
import { ResendAnswer } from './resend.schemas.js';
import { ResendService } from './resend-service.js';

@Controller('v1/projects/:projectId/deliveries/:deliveryId/resend')
export class ResendController {
  constructor(@Inject(ResendService) private readonly resends: ResendService) {}

  @Post()
  @Answers(HttpStatus.ACCEPTED, ResendAnswer, {
    summary: 'Send a delivery again that has ended',
    description:
      'Delivered, skipped or dead-lettered: its event goes to its endpoint, as that is now, once more and with all its ' +
      'attempts, behind whatever waits of its call there. Answered once Kafka has it. A delivery that has not ended is ' +
      'answered with 409, and so is one whose endpoint is deleted or disabled, or whose event is not kept. Many dead ' +
      'letters are sent again by …/dead-letters/redrive.',
    problems: [404, 409],
  })
  resend(
    @PathId('projectId', 'project') projectId: string,
    @PathId('deliveryId', 'delivery') deliveryId: string,
  ): Promise<ResendAnswer> {
    return this.resends.resend(projectId, deliveryId);
  }
}
