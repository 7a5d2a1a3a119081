import { loadSettings } from '#libs/runtime';
import { describeDestination, openHttpRoom, startHttpPeer } from '#libs/testkit';
import { GOLDEN_JOBS } from '../../libs/contracts/golden/jobs.js';
import { customRoom } from './custom.room.js';
import { deliveryCustomSettings } from './settings.js';

describeDestination({
  kind: 'custom',
  job: GOLDEN_JOBS.OUTBOUND_CALL_ERROR,
  endpoint: { authType: 'BEARER', bearerToken: 'token', signingKey: null },
  startPeer: startHttpPeer,
  open: openHttpRoom((env) => customRoom(loadSettings(deliveryCustomSettings, env))),
  codes: {
    delivered: [200, 201, 202, 204],
    retry: [408, 429, 500, 502, 503, 504],
    refused: [301, 307, 400, 401, 403, 404, 410, 413, 422],
  },
  badTarget: 'ftp://127.0.0.1/',
});
