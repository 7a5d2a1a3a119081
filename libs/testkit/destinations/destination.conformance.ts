import { randomUUID } from 'node:crypto';
import type { Job, Kind } from '#libs/contracts';
import type { Answer, AttemptInput, CurrentEndpoint, Permit, Room } from '#libs/delivery';
import type { Verdict } from '#libs/ordering';
import { waitFor } from '../wait-for.js';
import type { Peer } from './peer.js';

/** Where a room delivers to in a case of the suite. */
export interface Place {
  readonly host: string;
  readonly port: number;
  /** The room is told to speak TLS. */
  readonly tls: boolean;
}

/** A room, as the suite needs it. */
export interface DestinationCase<Request> {
  readonly kind: Kind;
  /** A job of that kind, and what its endpoint's settings are but for the target. */
  readonly job: Job;
  readonly endpoint: Pick<CurrentEndpoint, 'authType' | 'bearerToken' | 'signingKey'>;
  startPeer(): Promise<Peer>;
  /** The room as its service makes it. @returns with it, the target of an endpoint at the place. */
  open(place: Place, timeoutMs: number): { readonly room: Room<Request>; readonly target: string };
  /** Statuses of the peer, by what they mean. */
  readonly codes: Readonly<Record<'delivered' | 'retry' | 'refused', readonly number[]>>;
  /** A target that no attempt can be made at. */
  readonly badTarget: string;
}

/** For what must time out; all else has 10 s, so that a busy machine fails nothing. */
const SHORT_MS = 300;
const LONG_MS = 10_000;
/** What the history keeps of an answer. */
const KEPT_BYTES = 16 * 1024;
const NOWHERE = 'nowhere.invalid';
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/**
 * What each room does, whatever it speaks: one attempt and no more, an answer for everything that can happen on the way,
 * and the contract's verdict on it.
 *
 * Jest's functions are taken from the global scope: what is imported here is also loaded outside of Jest.
 *
 * Oracles: what the far side took, and the connections that it counted.
 */
export function describeDestination<Request>(one: DestinationCase<Request>): void {
  describe(`the ${one.kind} room`, () => {
    let peer: Peer;
    let rooms: Room<Request>[];
    beforeEach(async () => {
      peer = await one.startPeer();
      rooms = [];
    });
    afterEach(async () => {
      for (const room of rooms) await room.close();
      await peer.close();
    });

    const attempt = async (
      place: Partial<Place> = {},
      timeoutMs = LONG_MS,
      permit: Permit = { signal: new AbortController().signal, mayStart: () => true },
    ): Promise<{ verdict: Verdict; answer: Answer }> => {
      const { room, target } = one.open({ host: '127.0.0.1', port: peer.port, tls: false, ...place }, timeoutMs);
      rooms.push(room);
      const { destination } = room;
      const answer = await destination.send(destination.render(inputTo(target)), permit);
      return { verdict: destination.classify(answer, Date.UTC(2026, 4, 12)), answer };
    };
    const inputTo = (target: string): AttemptInput => ({
      job: { ...one.job, deliveryId: randomUUID() },
      endpoint: { id: one.job.endpoint.id, projectId: one.job.event.projectId, target, enabled: true, ...one.endpoint },
      attempt: 1,
      traceparent: TRACEPARENT,
    });
    const failsWith = (code: string): object => ({
      verdict: { type: 'retry', reason: expect.stringMatching(`^${code}: `) },
      answer: { status: null, failure: { code } },
    });

    it.each(one.codes.delivered)('has delivered on %i, with one request', async (code) => {
      peer.behave(code);
      expect(await attempt()).toMatchObject({ verdict: { type: 'delivered' }, answer: { status: code } });
      expect(peer.taken()).toBe(1);
    });

    it.each(one.codes.retry)('leaves it to a retry on %i, and makes none itself', async (code) => {
      peer.behave(code);
      const reason = expect.stringContaining(String(code));
      expect(await attempt()).toMatchObject({ verdict: { type: 'retry', reason }, answer: { status: code } });
      expect(peer.taken()).toBe(1);
    });

    it.each(one.codes.refused)('is refused for good on %i', async (code) => {
      peer.behave(code);
      const reason = expect.stringContaining(String(code));
      expect(await attempt()).toMatchObject({ verdict: { type: 'refused', reason }, answer: { status: code } });
      expect(peer.taken()).toBe(1);
    });

    it.each(['silent', 'half', 'drip'] as const)('times out on an answer that is %s, as a whole', async (behaviour) => {
      peer.behave(behaviour);
      expect(await attempt({}, SHORT_MS)).toMatchObject(failsWith('timeout'));
      expect([peer.taken(), peer.connections()]).toEqual([1, 1]);
    });

    it('keeps no more than it should of an answer that is huge', async () => {
      peer.behave('huge');
      const { verdict, answer } = await attempt();
      expect(verdict).toEqual({ type: 'delivered' });
      expect(Buffer.byteLength(answer.body ?? '')).toBeLessThanOrEqual(KEPT_BYTES);
    });

    it('leaves a connection that is reset to a retry, and makes none itself', async () => {
      peer.behave('reset');
      expect(await attempt()).toMatchObject(failsWith('reset'));
      expect([peer.taken(), peer.connections()]).toEqual([1, 1]);
    });

    it('leaves a refused connection to a retry', async () => {
      const gone = await one.startPeer();
      await gone.close();
      expect(await attempt({ port: gone.port })).toMatchObject(failsWith('refused'));
    });

    it('leaves a name that does not resolve to a retry', async () => {
      expect(await attempt({ host: NOWHERE })).toMatchObject(failsWith('dns'));
    });

    it('leaves TLS that is none to a retry, and sends nothing in clear', async () => {
      expect(await attempt({ tls: true })).toMatchObject(failsWith('tls'));
      expect(peer.taken()).toBe(0);
    });

    it('gives an attempt up on a drain, at once, and it spends no retry', async () => {
      peer.behave('silent');
      const drain = new AbortController();
      const under = attempt({}, LONG_MS, { signal: drain.signal, mayStart: () => true });
      await waitFor('the request to be there', () => peer.taken() === 1);
      drain.abort();
      const given = { verdict: { type: 'abstained' }, answer: { status: null, failure: { code: 'aborted' } } };
      expect(await under).toMatchObject(given);
    });

    it('writes nothing when the lane may have another owner by now', async () => {
      const withdrawn = { signal: new AbortController().signal, mayStart: () => false };
      expect(await attempt({}, LONG_MS, withdrawn)).toMatchObject({ verdict: { type: 'abstained' } });
      // What comes next is taken: so the one before would have been, had it been written.
      expect(await attempt()).toMatchObject({ verdict: { type: 'delivered' } });
      expect(peer.taken()).toBe(1);
    });

    it('says that an attempt can never be made, before it is made', () => {
      const { room } = one.open({ host: '127.0.0.1', port: peer.port, tls: false }, LONG_MS);
      rooms.push(room);
      const rendering = (): unknown => room.destination.render(inputTo(one.badTarget));
      expect(rendering).toThrow(expect.objectContaining({ name: 'UnrenderableError' }));
    });
  });
}
