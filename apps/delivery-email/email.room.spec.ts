import { loadSettings } from '#libs/runtime';
import { describeDestination, roomEnvironment, startSmtpPeer } from '#libs/testkit';
import { JOB, TO } from './email.fixture.js';
import { emailRoom } from './email.room.js';
import { deliveryEmailSettings } from './settings.js';

describeDestination({
  kind: 'email',
  job: JOB,
  endpoint: { authType: 'NONE', bearerToken: null, signingKey: null },
  startPeer: startSmtpPeer,
  open: ({ host, port, tls }, timeoutMs) => ({
    room: emailRoom(
      loadSettings(deliveryEmailSettings, {
        ...roomEnvironment(timeoutMs),
        SMTP_URL: `${tls ? 'smtps' : 'smtp'}://${host}:${port}`,
        MAIL_FROM: 'Recho Notify <notify@recho.example>',
      }),
    ),
    target: TO,
  }),
  codes: { delivered: [250], retry: [421, 450, 451, 452], refused: [550, 551, 552, 553, 554] },
  badTarget: 'https://example.com/webhook',
});
