import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { PathId } from '../http/validation.js';
import { Answers } from '../openapi/route-docs.js';
import { ProjectStore } from '../projects/project-store.js';
import { ChangeStreams } from './change-streams.js';

/** The part of Fastify's reply that is used here. */
interface StreamReply {
  headers(headers: Readonly<Record<string, string>>): StreamReply;
  send(body: unknown): unknown;
}

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // nginx would gather it.
  'x-accel-buffering': 'no',
  // So that a server that is shutting down has nothing to wait for once the stream has ended.
  connection: 'close',
};

@Controller('v1/projects/:projectId/changes')
export class ChangeController {
  constructor(
    @Inject(ChangeStreams) private readonly streams: ChangeStreams,
    @Inject(ProjectStore) private readonly projects: ProjectStore,
  ) {}

  @Get()
  @Answers(200, null, {
    summary: 'Hear of changes, as server-sent events',
    description:
      'An event `changed` with the data `{"deliveries":true}` says that deliveries, lanes or dead letters of the project ' +
      'may have changed, and not which: ask again for what you show. One comes at once, and then at most two a second. A ' +
      'comment every 15 s keeps the connection. The stream ends after five minutes, or when the process does: come again.',
    contentType: 'text/event-stream',
    problems: [404],
  })
  async watch(
    @PathId('projectId', 'project') projectId: string,
    @Req() { method }: { readonly method: string },
    @Res() reply: StreamReply,
  ): Promise<void> {
    await this.projects.get(projectId);
    // Nobody would read what a HEAD opens.
    reply.headers(HEADERS).send(method === 'HEAD' ? '' : this.streams.open(projectId));
  }
}
