import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  FencedError,
  TOPICS,
  type Assignment,
  type CommitEntry,
  type IncomingRecord,
  type OutgoingRecord,
} from '#libs/kafka';
import { noTracing } from '#libs/runtime';
import { EndpointTable } from '#libs/storage';
import { Router, type RouterDeps } from './router.js';

/** Oracle: the order in which things were sent and committed, as the doubles wrote it down. */

const PROJECT = '3f0c7a52-9d1e-4c57-8a34-6b2f0d9e1c77';
const TOPIC = TOPICS.events;
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let story: string[];
let sending: () => Promise<void>;
let commits: CommitEntry[][];
let fenced: boolean;
let loadedAt: number | null;

beforeEach(() => {
  story = [];
  commits = [];
  fenced = false;
  loadedAt = 1;
  sending = () => Promise.resolve();
});

function assignmentWith(committed: { offset: number; metadata: string } | null): Assignment {
  return {
    generation: 1,
    memberId: 'm',
    partitions: new Map([[TOPIC, [0]]]),
    committed: () => committed,
    endOffset: () => committed?.offset ?? 0,
    confirm: () => Promise.resolve(),
    commit: (entries) => {
      if (fenced) return Promise.reject(new FencedError('over'));
      commits.push([...entries]);
      story.push(`commit ${entries.map(({ offset }) => offset).join()}`);
      return Promise.resolve();
    },
  };
}

function createRouter(): Router {
  const table = new EndpointTable({
    version: 1,
    projects: [PROJECT],
    endpoints: [
      {
        id: '00000000-0000-4000-8000-000000000001',
        projectId: PROJECT,
        name: 'E',
        endpointType: 'CUSTOM',
        target: 'https://example.com/',
        authType: 'NONE',
        contentKey: null,
        enabled: true,
        bearerToken: null,
        signingKey: null,
        ordinal: 1,
        eventTypes: ['OUTBOUND_CALL_BUSY'],
      },
    ],
  });
  const deps: RouterDeps = {
    settings: {
      version: () => 1,
      project: (id) => table.hasProject(id),
      endpointsFor: (project, type) => table.endpointsFor(project, type),
      routedEndpoint: (id) => table.routedEndpoint(id),
      refresh: () => Promise.resolve(loadedAt === null ? 'stale' : 'fresh'),
      state: () => ({ loadedAt }),
    },
    metrics: { routed: () => {}, rejected: () => {} },
    log: quiet,
    tracing: noTracing(() => 'trace'),
    now: () => 0,
    send: async (records: readonly OutgoingRecord[]) => {
      await sending();
      story.push(`send ${records.map(({ headers }) => headers?.['recho-mark']).join()}`);
    },
  };
  return new Router(deps);
}

function event(offset: number): IncomingRecord {
  const value = {
    projectId: PROJECT,
    eventType: 'OUTBOUND_CALL_BUSY',
    occurredAt: '2026-05-12T10:24:00.000Z',
    data: { callId: 'c', callStatus: 'BUSY' },
  };
  return { offset, key: Buffer.from('c'), value: Buffer.from(JSON.stringify(value)), headers: {}, timestamp: 1 };
}

const batch = (assignment: Assignment, ...offsets: number[]) => ({
  topic: TOPIC,
  partition: 0,
  records: offsets.map(event),
  highWatermark: 100,
  assignment,
});

describe('the router', () => {
  it('commits a position only after the jobs below it were acknowledged', async () => {
    const router = createRouter();
    const assignment = assignmentWith({ offset: 5, metadata: 'epoch' });
    router.onAssigned(assignment);
    await router.route(batch(assignment, 5, 6));
    await router.onRevoked(assignment);
    expect(story).toEqual(['send epoch:5:1,epoch:6:1', 'commit 7']);
    expect(commits.at(-1)).toEqual([{ topic: TOPIC, partition: 0, offset: 7, metadata: 'epoch' }]);
  });

  it('commits nothing of a batch whose jobs were not acknowledged', async () => {
    const router = createRouter();
    const assignment = assignmentWith({ offset: 5, metadata: 'epoch' });
    router.onAssigned(assignment);
    sending = () => Promise.reject(new Error('no broker'));
    await expect(router.route(batch(assignment, 5))).rejects.toThrow('no broker');
    await router.onRevoked(assignment);
    expect(story).toEqual([]);
  });

  it('makes a new epoch where there is no commit, and commits it before anything is routed with it', async () => {
    const router = createRouter();
    const assignment = assignmentWith(null);
    router.onAssigned(assignment);
    await router.route(batch(assignment, 0));
    const [[first]] = commits as [[CommitEntry]];
    expect(story).toEqual(['commit 0', `send ${first.metadata}:0:1`]);
    expect(first.metadata).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('keeps the epoch of its predecessor, so that a replay is recognised', async () => {
    const assignment = assignmentWith({ offset: 5, metadata: 'epoch' });
    for (const router of [createRouter(), createRouter()]) {
      router.onAssigned(assignment);
      await router.route(batch(assignment, 5));
    }
    expect(story).toEqual(['send epoch:5:1', 'send epoch:5:1']);
  });

  it('leaves a position to the next owner when its own time is over', async () => {
    const router = createRouter();
    const assignment = assignmentWith({ offset: 5, metadata: 'epoch' });
    router.onAssigned(assignment);
    await router.route(batch(assignment, 5));
    fenced = true;
    await router.onRevoked(assignment);
    expect(story).toEqual(['send epoch:5:1']);
  });

  it('routes nothing, and commits nothing, before the settings were read once', async () => {
    const router = createRouter();
    const assignment = assignmentWith({ offset: 5, metadata: 'epoch' });
    router.onAssigned(assignment);
    loadedAt = null;
    await expect(router.route(batch(assignment, 5))).rejects.toThrow(/Postgres does not answer; events wait in Kafka/);
    expect(story).toEqual([]);
  });
});
