import { loadSettings } from '#libs/runtime';
import { describeDestination, openHttpRoom, startHttpPeer } from '#libs/testkit';
import { GOLDEN_JOBS } from '../../libs/contracts/golden/jobs.js';
import { deliveryTeamsSettings } from './settings.js';
import { teamsRoom } from './teams.room.js';

describeDestination({
  kind: 'teams',
  job: GOLDEN_JOBS.OUTBOUND_CALL_ERROR,
  endpoint: { authType: 'NONE', bearerToken: null, signingKey: null },
  startPeer: startHttpPeer,
  open: openHttpRoom((env) => teamsRoom(loadSettings(deliveryTeamsSettings, env))),
  codes: { delivered: [200, 202], retry: [408, 429, 500, 503], refused: [302, 400, 403, 404, 410, 413] },
  badTarget: 'ftp://127.0.0.1/',
});
