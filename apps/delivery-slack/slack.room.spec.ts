import { loadSettings } from '#libs/runtime';
import { describeDestination, openHttpRoom, startHttpPeer } from '#libs/testkit';
import { GOLDEN_JOBS } from '../../libs/contracts/golden/jobs.js';
import { deliverySlackSettings } from './settings.js';
import { slackRoom } from './slack.room.js';

describeDestination({
  kind: 'slack',
  job: GOLDEN_JOBS.OUTBOUND_CALL_ERROR,
  endpoint: { authType: 'NONE', bearerToken: null, signingKey: null },
  startPeer: startHttpPeer,
  open: openHttpRoom((env) => slackRoom(loadSettings(deliverySlackSettings, env))),
  codes: { delivered: [200, 202], retry: [408, 429, 500, 503], refused: [302, 400, 403, 404, 410, 413] },
  badTarget: 'ftp://127.0.0.1/',
});
