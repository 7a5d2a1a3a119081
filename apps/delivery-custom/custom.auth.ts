import { UnrenderableError, type CurrentEndpoint, type SigningKey } from '#libs/delivery';

/** Visible ASCII: what a header can carry and a receiver's parser splits off after `Bearer `. */
const TOKEN = /^[\x21-\x7e]+$/;

/** What authenticates a request. */
export interface Authentication {
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** Signs the request when it is sent; null: it is not signed. */
  readonly signingKey: SigningKey | null;
}

/**
 * What the endpoint's settings say of it.
 *
 * An endpoint without usable credentials is refused, not abstained: an attempt that can never be made would hold its
 * lane for ever without spending a retry, whereas a dead letter names the cause and can be driven again.
 *
 * @throws UnrenderableError when the endpoint's credentials cannot make them.
 */
export function authenticationOf(endpoint: CurrentEndpoint): Authentication {
  switch (endpoint.authType) {
    case 'NONE':
      return { headers: [], signingKey: null };
    case 'BEARER':
      return { headers: ['Authorization', `Bearer ${tokenOf(endpoint)}`], signingKey: null };
    case 'SIGNATURE_RSA_SHA256':
      return { headers: [], signingKey: keyOf(endpoint) };
  }
}

function keyOf({ signingKey }: CurrentEndpoint): SigningKey {
  if (signingKey !== null) return signingKey;
  throw new UnrenderableError(
    'the endpoint signs with RSA, but has no active signing key; make one with POST …/credentials/signing-keys',
  );
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
