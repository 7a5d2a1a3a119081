import type { Room } from '#libs/delivery';
import type { SettingsOf } from '#libs/runtime';
import { createEmailDestination } from './email.destination.js';
import type { Mail } from './email.render.js';
import { createSmtp } from './email.send.js';
import type { deliveryEmailSettings } from './settings.js';

export function emailRoom(settings: SettingsOf<typeof deliveryEmailSettings>): Room<Mail> {
  const smtp = createSmtp({
    url: settings.SMTP_URL,
    timeoutMs: settings.DELIVERY_TIMEOUT,
    // All mails go to one server: fewer, and a mail would wait for another's connection on its own time-out's account.
    connections: settings.MAX_IN_FLIGHT,
  });
  return {
    destination: createEmailDestination({ smtp, from: settings.MAIL_FROM }),
    close: () => Promise.resolve(smtp.close()),
  };
}
