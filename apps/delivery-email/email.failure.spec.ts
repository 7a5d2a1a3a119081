import { describe, expect, it } from '@jest/globals';
import { classifySmtp } from './email.classify.js';
import { answerOfError } from './email.failure.js';

/** Errors as nodemailer makes them (its `errors.d.ts`), of conversations that a mail server of ours does not hold. */

describe('an error', () => {
  it.each([
    ['a good answer at the wrong time', { code: 'EAUTH', responseCode: 250, response: '250 ok' }, 'abstained'],
    ['a challenge in place of an answer', { code: 'EENVELOPE', responseCode: 334, response: '334 ' }, 'retry'],
    ['a login that may work later', { code: 'EAUTH', responseCode: 454, response: '454 later' }, 'retry'],
    ['a login without a common mechanism', { code: 'EAUTH' }, 'abstained'],
    ['a server that refuses us, not the mail', { code: 'EPROTOCOL', responseCode: 550, response: '550 no' }, 'retry'],
    ['a server that shuts down', { code: 'ECONNECTION', responseCode: 421, response: '421 bye' }, 'retry'],
    ['a machine without files', { code: 'ESOCKET', originalCode: 'EMFILE' }, 'abstained'],
    ['an unknown one', { code: 'ENEW' }, 'retry'],
    ['none at all', undefined, 'retry'],
  ])('of %s is never taken for a mail that is delivered', (_, error, type) => {
    expect(classifySmtp(answerOfError(error)).type).toBe(type);
  });

  it('of the server about the mail decides it', () => {
    const error = { code: 'EMESSAGE', responseCode: 550, response: '550 5.7.1 spam' };
    expect(answerOfError(error)).toEqual({ status: 550, body: '550 5.7.1 spam', retryAfter: null, failure: null });
  });

  it('is kept up to 16 KiB, without what a database cannot hold', () => {
    const response = `550 a\0\ud800${'\u20ac'.repeat(20_000)}`;
    const { body } = answerOfError({ code: 'EMESSAGE', responseCode: 550, response });
    expect(body).toMatch(/^550 a\ufffd\ufffd\u20ac/);
    expect(Buffer.byteLength(body ?? '')).toBeLessThanOrEqual(16 * 1024);
  });
});
