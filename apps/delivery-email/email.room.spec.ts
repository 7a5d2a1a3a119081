import { loadSettings } from '#libs/runtime';
import { describeDestination, startSmtpPeer } from '#libs/testkit';
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
        DATABASE_URL: 'postgres://127.0.0.1/none',
        SECRETS_KEY: Buffer.alloc(32).toString('base64'),
        DELIVERY_TIMEOUT: `${timeoutMs}ms`,
        SMTP_URL: `${tls ? 'smtps' : 'smtp'}://${host}:${port}`,
        MAIL_FROM: 'Recho Notify <notify@recho.example>',
      }),
    ),
    target: TO,
  }),
  codes: { delivered: [250], retry: [421, 450, 451, 452], refused: [550, 551, 552, 553, 554] },
  badTarget: 'https://example.com/webhook',
});
