import { subjectOf, textOf, type CallEvent } from '#libs/contracts';

/** What an email says; the same text for clients that show no HTML. */
export interface EmailContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export function emailContent(event: CallEvent): EmailContent {
  const text = textOf(event);
  return { subject: subjectOf(event.eventType), text, html: `<pre>${escapeHtml(text)}</pre>` };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
