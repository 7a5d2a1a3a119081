import { Inject, Injectable } from '@nestjs/common';
import { TERMINAL_STATUSES } from '#libs/contracts';
import type { Producer } from '#libs/kafka';
import type { Tracing } from '#libs/runtime';
import { holdToResend, markRedriven, type Database, type DeadLetter, type Resendable } from '#libs/storage';
import { recordChange } from '../access/record-change.js';
import { redrivenJob } from '../dead-letters/redrive-job.js';
import { endRedriveSpan, startRedriveSpan } from '../dead-letters/redrive-span.js';
import { notFound, Problem, unavailable } from '../http/problem.js';
import { ProjectStore } from '../projects/project-store.js';
import type { ResendAnswer } from './resend.schemas.js';

export const RESEND_DEPS = Symbol('RESEND_DEPS');

export interface ResendDeps {
  /** Of its own: a transaction waits for Kafka. */
  readonly database: Pick<Database, 'queriesTogether'>;
  readonly producer: Pick<Producer, 'send'>;
  readonly tracing: Pick<Tracing, 'start'>;
}

const ORDER =
  'It goes to the end of its lane, behind whatever waits there now: the receiver may have had later events of the call, ' +
  'and this one, already. The delivery id is that of then; X-Recho-Redrive counts.';

/** One delivery, whatever its end was, as a job that comes late on purpose (docs/adr/0007). */
@Injectable()
export class ResendService {
  constructor(
    @Inject(RESEND_DEPS) private readonly deps: ResendDeps,
    @Inject(ProjectStore) private readonly projects: ProjectStore,
  ) {}

  /**
   * Kafka has it before the history says so, as in a redrive: after a crash in between it can be asked for again, and
   * what was sent then is a repeat under the same number.
   * @throws Problem 404, 409 when it cannot be sent (now), 503 when Kafka did not take it in time.
   */
  async resend(projectId: string, deliveryId: string): Promise<ResendAnswer> {
    await this.projects.get(projectId);
    return this.deps.database.queriesTogether(async (transaction) => {
      // Before the endpoint is read: a delivery service that knows this version knows it as it is read here.
      const [settings] = await transaction.query<{ version: string }>('SELECT version FROM settings_version', []);
      const found = await holdToResend(transaction, projectId, deliveryId);
      if (found === null) throw notFound('delivery', deliveryId, ` in project ${projectId}`);
      const letter = letterOf(found, deliveryId);
      const { callId, endpoint } = letter;
      const details = { was: found.status, endpointId: endpoint.id, callId };
      await recordChange(transaction, { action: 'delivery.resent', projectId, subjectId: deliveryId, details });
      await this.send(letter, Number(settings?.version ?? 0));
      await markRedriven(transaction, [letter]);
      return {
        ...{ deliveryId, redriveCount: letter.redrives + 1, askedAt: new Date().toISOString(), order: ORDER },
        see: `/v1/projects/${projectId}/deliveries/${deliveryId}`,
      };
    });
  }

  private async send(letter: DeadLetter, version: number): Promise<void> {
    const span = startRedriveSpan(this.deps.tracing, letter);
    try {
      await this.deps.producer.send([redrivenJob(letter, version, span.traceparent)]);
    } catch (error) {
      throw unavailable(
        'kafka_away',
        'Kafka has not acknowledged the delivery, which may or may not be sent again; look at it in a moment, and ask ' +
          'again if nothing has come of it',
        error,
      );
    } finally {
      endRedriveSpan(span, letter);
    }
  }
}

/** @throws Problem 409: why it cannot be sent. */
function letterOf({ status, endpointState, letter }: Resendable, deliveryId: string): DeadLetter {
  const refuse = (code: string, why: string): Problem => new Problem(409, code, `delivery ${deliveryId} ${why}`);
  if (!TERMINAL_STATUSES.includes(status)) {
    throw refuse('not_ended', `is ${status}: it is on its way already, and can be sent again once it has ended`);
  }
  if (endpointState === 'deleted') throw refuse('endpoint_deleted', 'has no endpoint any more: it is deleted');
  if (endpointState === 'disabled')
    throw refuse('endpoint_disabled', 'has an endpoint that is disabled; enable it first');
  if (letter === null) throw refuse('event_not_kept', 'cannot be sent again: the history does not have its event');
  return letter;
}
