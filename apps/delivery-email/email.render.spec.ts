import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Job } from '#libs/contracts';
import { UnrenderableError } from '#libs/delivery';
import { emailContent } from '#libs/messages';
import { startSmtpServer, type ReceivedMail, type TestSmtpServer } from '#libs/testkit';
import { emailRoom, JOB, TO, type EmailRoom, type Given } from './email.fixture.js';

/** Oracles: the bytes that a real mail server took, and mailparser's reading of them. */

let server: TestSmtpServer;
let room: EmailRoom;

beforeAll(async () => {
  server = await startSmtpServer();
  room = emailRoom(server.url);
});
afterAll(async () => {
  room.close();
  await server.close();
});

async function deliver(given: Given = {}): Promise<ReceivedMail> {
  expect((await room.attempt(given)).verdict).toEqual({ type: 'delivered' });
  return server.received.at(-1)!;
}

/** Names of the header's fields, as they stand there. */
function fieldNames({ raw }: ReceivedMail): string[] {
  const head = raw.toString('latin1').split('\r\n\r\n')[0]!;
  return [...head.matchAll(/^([^\s:]+):/gm)].map((match) => match[1]!);
}

describe('an EMAIL delivery on the wire', () => {
  it('is the message in text and in HTML, to the one address, from ours', async () => {
    const { from, to, parsed } = await deliver();
    const content = emailContent(JOB.event);
    expect({ from, to }).toEqual({ from: 'notify@recho.example', to: [TO] });
    expect(parsed.subject).toBe(content.subject);
    expect(parsed.text?.trim()).toBe(content.text.trim());
    expect((parsed.html || '').trim()).toBe(content.html.trim());
    expect(parsed.headers.get('content-type')).toMatchObject({ value: 'multipart/alternative' });
    expect(parsed.from?.value).toEqual([{ name: 'Recho Notify', address: 'notify@recho.example' }]);
    expect(parsed.to).toMatchObject({ value: [{ address: TO }] });
    expect(parsed.attachments).toEqual([]);
  });

  it('has these fields in its header and no other', async () => {
    const mail = await deliver();
    expect(fieldNames(mail).sort()).toEqual([
      'Auto-Submitted',
      'Content-Type',
      'Date',
      'From',
      'MIME-Version',
      'Message-ID',
      'Subject',
      'To',
      'X-Recho-Delivery-Id',
      'X-Recho-Event-Id',
    ]);
    const { headers, date } = mail.parsed;
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    expect(headers.get('x-recho-delivery-id')).toBe(JOB.deliveryId);
    expect(headers.get('x-recho-event-id')).toBe(JOB.event.eventId);
    // A header knows whole seconds.
    expect(date?.getTime()).toBe(Math.floor(JOB.receivedAt / 1000) * 1000);
  });

  it('is the same to the byte when it is repeated, so that it is recognised by its Message-ID', async () => {
    const [first, repeat] = [await deliver(), await deliver()];
    expect(first.parsed.messageId).toBe(`<${JOB.deliveryId}@recho.example>`);
    expect(repeat.raw.equals(first.raw)).toBe(true);
  });

  it('has a Message-ID of its own when an operator sent it again, or when it is another delivery', async () => {
    const again = await deliver({ job: { ...JOB, redrive: 2 } });
    expect(again.parsed.messageId).toBe(`<${JOB.deliveryId}.2@recho.example>`);
    expect(again.parsed.headers.get('x-recho-delivery-id')).toBe(JOB.deliveryId);
    const other = await deliver({ job: { ...JOB, deliveryId: '01900000-0000-7000-8000-000000000001' } });
    expect(other.parsed.messageId).toBe('<01900000-0000-7000-8000-000000000001@recho.example>');
  });

  it('goes to the address of the moment, an international domain in ASCII', async () => {
    // The envelope's is shown in Unicode by smtp-server, whatever came.
    const { to, raw } = await deliver({ endpoint: { target: 'neu@münchen.example' } });
    expect(to).toEqual(['neu@münchen.example']);
    expect(raw.toString('latin1')).toContain('\r\nTo: neu@xn--mnchen-3ya.example\r\n');
  });
});

describe('whatever an event holds', () => {
  const HOSTILE = 'x\r\nBcc: evil@example.net\r\nSubject: gone\r\n\r\n<b>body</b>\r\n.\r\nQUIT\r\n';

  it.each<[string, Job]>([
    ['eventId', { ...JOB, event: { ...JOB.event, eventId: HOSTILE } }],
    ['callId', withData({ callId: HOSTILE })],
    ['callStatus', withData({ callStatus: HOSTILE })],
    ['errors', { ...JOB, event: { ...JOB.event, errors: JOB.event.errors.map((e) => ({ ...e, message: HOSTILE })) } }],
  ])('(%s) no field and no recipient comes in with it', async (_, job) => {
    const seen = server.received.length;
    const plain = fieldNames(await deliver());
    const mail = await deliver({ job });
    expect(fieldNames(mail)).toEqual(plain);
    expect(mail.to).toEqual([TO]);
    expect(mail.parsed.subject).toBe(emailContent(JOB.event).subject);
    expect(server.received).toHaveLength(seen + 2);
  });

  it('an event id beyond visible ASCII is percent-encoded in its header', async () => {
    const { parsed } = await deliver({ job: { ...JOB, event: { ...JOB.event, eventId: 'é 1\r\nBcc: a@b.example' } } });
    expect(parsed.headers.get('x-recho-event-id')).toBe('%C3%A9%201%0D%0ABcc:%20a@b.example');
  });

  it('no line is longer than mail servers take (998 octets)', async () => {
    const job = withData({ callId: 'c'.repeat(5000) });
    const { raw } = await deliver({ job: { ...job, event: { ...job.event, eventId: '€'.repeat(256) } } });
    expect(
      Math.max(
        ...raw
          .toString('latin1')
          .split('\r\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(998);
  });

  it('a line of one dot does not end the message', async () => {
    const { parsed } = await deliver({ job: withData({ callStatus: 'a\n.\nb' }) });
    expect(parsed.text).toContain('a\n.\nb');
  });
});

it.each([
  ['of two addresses', 'a@example.org,b@example.org'],
  ['with a field behind it', `${TO}\r\nBcc: evil@example.net`],
  ['with a name', `Ops <${TO}>`],
  ['that is a URL', 'https://example.org/hook'],
])('a target %s is refused before anything is sent', (_, target) => {
  const rendering = (): unknown => room.render({ endpoint: { target } });
  expect(rendering).toThrow(UnrenderableError);
  expect(rendering).toThrow(/use name@example.com/);
});

function withData(data: Partial<Job['event']['data']>): Job {
  return { ...JOB, event: { ...JOB.event, data: { ...JOB.event.data, ...data } } };
}
