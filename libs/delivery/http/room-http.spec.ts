import { afterEach, describe, expect, it } from '@jest/globals';
import { startScriptedReceiver, waitFor, type ScriptedReceiver } from '#libs/testkit';
import { createRoomHttp } from './room-http.js';

/* Many endpoints at one host, as all of a chat's webhooks are. Oracle: the requests that the host has taken. */

const SETTINGS = {
  ALLOW_HTTP_TARGETS: true,
  ALLOW_PRIVATE_TARGETS: true,
  DELIVERY_TIMEOUT: 10_000,
  MAX_IN_FLIGHT: 8,
  MAX_IN_FLIGHT_PER_ENDPOINT: 2,
};
const lasting = { signal: new AbortController().signal, mayStart: () => true };

let receiver: ScriptedReceiver;
afterEach(() => receiver.close());

describe('the connections of a room', () => {
  it('are enough for all attempts at one host: an endpoint that hangs there keeps no other one waiting', async () => {
    receiver = await startScriptedReceiver(() => 'hang');
    const { http } = createRoomHttp(SETTINGS);
    const { origin } = new URL(receiver.url);
    const attempts = Array.from({ length: SETTINGS.MAX_IN_FLIGHT }, (_, n) =>
      http.postJson({ origin, path: `/endpoint-${n % 4}`, headers: [], body: Buffer.from('{}') }, lasting),
    );
    await waitFor('all of them to be there at a time', () => receiver.waiting() === SETTINGS.MAX_IN_FLIGHT);
    await http.close();
    for (const { failure } of await Promise.all(attempts)) expect(failure?.code).toBe('aborted');
  });
});
