import type { OnModuleDestroy } from '@nestjs/common';
import { PassThrough, type Readable } from 'node:stream';
import { unavailable } from '../http/problem.js';
import { HintPace } from './hint-pace.js';

/** In this process. One is a connection and a few kilobytes. */
export const MOST_STREAMS = 1000;
export const MOST_OF_PROJECT = 100;
/** So that nothing between us and the reader takes the connection for dead, in milliseconds. */
const HEARTBEAT_MS = 15_000;
/** A stream ends then, and its reader comes again: with a key that may have been revoked since. */
const LASTS_MS = 5 * 60_000;
/** A reader that takes nothing is not waited for. In bytes. */
const MOST_UNREAD = 16 * 1024;

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */
const COME_AGAIN = 'retry: 1000\n\n';
const HINT = 'event: changed\ndata: {"deliveries":true}\n\n';
const HEARTBEAT = ': still here\n\n';

/** Who watches which project here, and is told that something changed there. */
export class ChangeStreams implements OnModuleDestroy {
  private readonly projects = new Map<string, Set<PassThrough>>();
  private readonly pace = new HintPace((projectId) => this.send(projectId));
  private leaving = false;

  /** How many are open. */
  count(): number {
    return [...this.projects.values()].reduce((sum, streams) => sum + streams.size, 0);
  }

  /**
   * Server-sent events. Begins with a hint: what changed before it is to be looked at.
   * @throws Problem 503 when there are too many, or the process is leaving.
   */
  open(projectId: string): Readable {
    if (this.leaving)
      throw unavailable('shutting_down', 'this process is shutting down; ask again, and another answers');
    const streams = this.projects.get(projectId) ?? new Set();
    if (streams.size >= MOST_OF_PROJECT) throw tooMany(`this project in ${MOST_OF_PROJECT} streams`);
    if (this.count() >= MOST_STREAMS) throw tooMany(`something in ${MOST_STREAMS} streams`);
    const stream = new PassThrough();
    const heartbeat = setInterval(() => write(stream, HEARTBEAT), HEARTBEAT_MS).unref();
    const end = setTimeout(() => stream.end(), LASTS_MS).unref();
    this.projects.set(projectId, streams.add(stream));
    stream.once('close', () => {
      clearInterval(heartbeat);
      clearTimeout(end);
      streams.delete(stream);
      if (streams.size === 0) this.projects.delete(projectId);
    });
    stream.write(COME_AGAIN + HINT);
    return stream;
  }

  /** @param projectIds `all`: nobody knows in which. */
  changed(projectIds: readonly string[] | 'all'): void {
    for (const id of projectIds === 'all' ? this.projects.keys() : projectIds) {
      if (this.projects.has(id)) this.pace.hint(id);
    }
  }

  /** At once, before anything else ends: a server waits for what it is still sending. */
  onModuleDestroy(): void {
    this.leaving = true;
    this.pace.close();
    for (const streams of this.projects.values()) for (const stream of streams) stream.end();
  }

  private send(projectId: string): void {
    for (const stream of this.projects.get(projectId) ?? []) write(stream, HINT);
  }
}

function write(stream: PassThrough, text: string): void {
  if (stream.writableEnded) return;
  if (stream.writableLength + stream.readableLength > MOST_UNREAD) stream.destroy();
  else stream.write(text);
}

function tooMany(what: string) {
  return unavailable(
    'too_many_streams',
    `this process shows the changes of ${what} already, and no more than that; close some, or ask again later`,
  );
}
