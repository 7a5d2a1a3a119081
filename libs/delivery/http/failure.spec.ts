import { describe, expect, it } from '@jest/globals';
import { failureOf } from './failure.js';

describe('a failure', () => {
  it.each([
    ['ECONNREFUSED', 'refused'],
    ['ECONNRESET', 'reset'],
    ['UND_ERR_SOCKET', 'reset'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
    ['EAI_AGAIN', 'dns'],
    ['ENOTFOUND', 'dns'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['UND_ERR_HEADERS_OVERFLOW', 'protocol'],
    ['EHOSTUNREACH', 'unreachable'],
    ['EMFILE', 'local_limit'],
    ['EADDRNOTAVAIL', 'local_limit'],
    ['E_SOMETHING_NEW', 'connection'],
  ])('with the error code %s is told by it: %s; the words name it', (code, expected) => {
    const failure = failureOf(Object.assign(new Error('misleading: ETIMEDOUT'), { code }));
    expect(failure.code).toBe(expected);
    expect(failure.message).toContain(`(${code})`);
  });

  it('of all addresses of a name is told by the first', () => {
    const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
    expect(failureOf(new AggregateError([refused])).code).toBe('refused');
  });

  it.each([undefined, null, 'text', 7, new Error('no code'), new AggregateError([])])(
    'of %p is a failed connection',
    (error) => {
      expect(failureOf(error)).toEqual({ code: 'connection', message: 'the connection to the endpoint failed' });
    },
  );
});
