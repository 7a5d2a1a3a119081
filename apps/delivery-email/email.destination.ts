import type { Destination } from '#libs/delivery';
import type { Mailbox } from '#libs/runtime';
import { classifySmtp } from './email.classify.js';
import { createEmailRender, type Mail } from './email.render.js';
import type { Smtp } from './email.send.js';

export interface EmailDeps {
  readonly smtp: Smtp;
  /** `MAIL_FROM`. */
  readonly from: Mailbox;
}

/** The room of `EMAIL` endpoints: the formatted message, over our own mail server. */
export function createEmailDestination({ smtp, from }: EmailDeps): Destination<Mail> {
  return {
    kind: 'email',
    render: createEmailRender(from),
    send: (mail, permit) => smtp.send(mail, permit),
    classify: classifySmtp,
  };
}
