import { Controller, Get, Inject, Post } from '@nestjs/common';
import type { Page } from '../http/paging.js';
import { PathId, ValidBody, ValidQuery } from '../http/validation.js';
import { Answers } from '../openapi/route-docs.js';
import {
  Lane,
  LaneCommandAnswer,
  LanePage,
  LaneQuery,
  LaneSummary,
  LaneWithJobs,
  NewLaneCommand,
} from './lane.schemas.js';
import { LaneService } from './lane-service.js';

const CARRIED_OUT =
  "Answered once Kafka has the command. The lane's owner carries it out within a moment, and ignores it if the lane has " +
  'moved on meanwhile: the delivery, at the path in `see`, tells what came of it.';

@Controller('v1/projects/:projectId/lanes')
export class LaneController {
  constructor(@Inject(LaneService) private readonly lanes: LaneService) {}

  @Get()
  @Answers(200, LanePage, {
    summary: 'List what waits behind what, longest first',
    description:
      "A lane is a call's events for one endpoint. It is listed while its head failed and is tried again later, or " +
      'while the endpoint has no room; its followers wait until the head is delivered or dead-lettered.',
    problems: [404, 422],
  })
  list(
    @PathId('projectId', 'project') projectId: string,
    @ValidQuery(LaneQuery) query: LaneQuery,
  ): Promise<Page<Lane>> {
    return this.lanes.list(projectId, query);
  }

  @Get('summary')
  @Answers(200, LaneSummary, { summary: 'Count what waits, by endpoint and cause', problems: [404] })
  summary(@PathId('projectId', 'project') projectId: string): Promise<LaneSummary> {
    return this.lanes.summary(projectId);
  }

  @Get(':laneId')
  @Answers(200, LaneWithJobs, { summary: 'Show a lane, with what waits in it, in order', problems: [404] })
  get(
    @PathId('projectId', 'project') projectId: string,
    @PathId('laneId', 'lane') laneId: string,
  ): Promise<LaneWithJobs> {
    return this.lanes.get(projectId, laneId);
  }

  @Post(':laneId/retry')
  @Answers(202, LaneCommandAnswer, {
    summary: "Try a lane's head now",
    description: `Instead of when it is due. ${CARRIED_OUT}`,
    problems: [404, 409, 422],
  })
  retry(
    @PathId('projectId', 'project') projectId: string,
    @PathId('laneId', 'lane') laneId: string,
    @ValidBody(NewLaneCommand) body: NewLaneCommand,
  ): Promise<LaneCommandAnswer> {
    return this.lanes.command(projectId, laneId, 'retry', body);
  }

  @Post(':laneId/skip')
  @Answers(202, LaneCommandAnswer, {
    summary: "Dead-letter a lane's head, so that its call goes on",
    description: `It can be sent again from the dead letters. ${CARRIED_OUT}`,
    problems: [404, 409, 422],
  })
  skip(
    @PathId('projectId', 'project') projectId: string,
    @PathId('laneId', 'lane') laneId: string,
    @ValidBody(NewLaneCommand) body: NewLaneCommand,
  ): Promise<LaneCommandAnswer> {
    return this.lanes.command(projectId, laneId, 'skip', body);
  }
}
