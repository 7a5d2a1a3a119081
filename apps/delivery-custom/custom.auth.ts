import { UnrenderableError, type CurrentEndpoint } from '#libs/delivery';

/** Visible ASCII: what a header can carry and a receiver's parser splits off after `Bearer `. */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * The headers that authenticate a request, names and values in turn.
 *
 * An endpoint without usable credentials is refused, not abstained: an attempt that can never be made would hold its
 * lane for ever without spending a retry, whereas a dead letter names the cause and can be driven again.
 *
 * @throws UnrenderableError when the endpoint's credentials cannot make them.
 */
export function authHeaders(endpoint: CurrentEndpoint): string[] {
  switch (endpoint.authType) {
    case 'NONE':
      return [];
    case 'BEARER':
      return ['Authorization', `Bearer ${tokenOf(endpoint)}`];
    case 'SIGNATURE_RSA_SHA256':
      throw new UnrenderableError(
        'the endpoint signs with RSA, but holds no signing key; set authType to NONE or BEARER',
      );
  }
}

function tokenOf({ bearerToken }: CurrentEndpoint): string {
  if (bearerToken === null || bearerToken === '') {
    throw new UnrenderableError('the endpoint has no bearer token; set one with PUT …/credentials/bearer');
  }
  if (!TOKEN.test(bearerToken)) {
    throw new UnrenderableError(
      "the endpoint's bearer token holds characters that a header cannot carry; set one of visible ASCII without spaces",
    );
  }
  return bearerToken;
}
