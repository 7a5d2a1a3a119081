import { asciiEmailAddress, checkEmailAddress } from '#libs/contracts';
import { UnrenderableError, type AttemptInput } from '#libs/delivery';
import { emailContent, headerText } from '#libs/messages';
import type { Mailbox } from '#libs/runtime';

/** A mail before it is encoded. Its bytes are the same each time it is sent. */
export interface Mail {
  readonly from: Mailbox;
  /** One address, ASCII. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** `<id@domain>`. */
  readonly messageId: string;
  readonly date: Date;
  readonly headers: Readonly<Record<string, string>>;
  /** What the boundaries of its parts are made of; each one has a prefix besides. */
  readonly boundary: string;
}

/**
 * The mail of one delivery. A repeat has the same Message-ID, by which mail programs and people recognise it; a redrive
 * was asked for by a person and has one of its own.
 */
export function createEmailRender(from: Mailbox): (input: AttemptInput) => Mail {
  const ourDomain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return ({ job, endpoint }) => {
    const fault = checkEmailAddress(endpoint.target);
    if (fault !== null) throw new UnrenderableError(fault);
    const id = job.redrive === undefined ? job.deliveryId : `${job.deliveryId}.${job.redrive}`;
    return {
      from,
      to: asciiEmailAddress(endpoint.target),
      ...emailContent(job.event),
      messageId: `<${id}@${ourDomain}>`,
      // When the event came to us, not when this attempt is made: that is what a reader sorts by.
      date: new Date(job.receivedAt),
      headers: {
        'X-Recho-Delivery-Id': job.deliveryId,
        'X-Recho-Event-Id': lineOf(headerText(job.event.eventId)),
        // RFC 3834: no out-of-office answers, please.
        'Auto-Submitted': 'auto-generated',
      },
      boundary: id,
    };
  };
}

/** With the field's name below the 998 octets of a line (RFC 5322, 2.1.1): there is no space in it to fold at. */
const VALUE_MAX = 900;

function lineOf(value: string): string {
  return value.length <= VALUE_MAX ? value : `${value.slice(0, VALUE_MAX)}...`;
}
