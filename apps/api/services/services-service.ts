import { Inject, Injectable } from '@nestjs/common';
import type { GroupSurvey, SurveyedGroup } from '#libs/kafka';
import { describeError, within } from '#libs/runtime';
import { checkTables, Database } from '#libs/storage';
import type { Services } from './service.schemas.js';

export const GROUP_SURVEY = Symbol('GROUP_SURVEY');

/** Then it counts as away, in milliseconds. */
const ANSWER_WITHIN_MS = 2000;
const RUNG = /\.retry\.\d+$/;

/** The other services, as far as Kafka knows them; each one's own `/health/ready` knows more. */
@Injectable()
export class ServicesService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(GROUP_SURVEY) private readonly survey: Pick<GroupSurvey, 'ask'>,
  ) {}

  async all(): Promise<Services> {
    const [postgres, kafka] = await Promise.all([
      stateOf(() => checkTables((sql) => this.database.query(sql))),
      stateOf(() => this.survey.ask()),
    ]);
    return { postgres: postgres.state, kafka: kafka.state, services: (kafka.answer ?? []).map(serviceOf) };
  }
}

interface Asked<Answer> {
  readonly state: Services['kafka'];
  /** Null: none came. */
  readonly answer: Answer | null;
}

function stateOf<Answer>(ask: () => Promise<Answer>): Promise<Asked<Answer>> {
  return within<Asked<Answer>>(
    ANSWER_WITHIN_MS,
    async () => ({ answer: await ask(), state: { up: true, detail: null } }),
    (error) => ({ answer: null, state: { up: false, detail: describeError(error) } }),
  );
}

function serviceOf({ groupId: name, state: groupState, members, lag }: SurveyedGroup): Services['services'][number] {
  const topics = [...lag].map(([topic, lagRecords]) => ({ topic, lagRecords }));
  const sum = (onRungs: boolean) =>
    topics.filter(({ topic }) => RUNG.test(topic) === onRungs).reduce((all, { lagRecords }) => all + lagRecords, 0);
  return { name, running: members > 0, groupState, members, lagRecords: sum(false), retryRecords: sum(true), topics };
}
