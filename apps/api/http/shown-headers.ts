import type { AuthType } from '#libs/contracts';

/** Of a value that each attempt has its own of. */
export const MADE_LATER = '(made for each attempt)';

/** The headers that authenticate a request, with nothing of what is secret in them. */
export const MASKED: Readonly<Record<AuthType, Readonly<Record<string, string>>>> = {
  NONE: {},
  BEARER: { Authorization: 'Bearer ********' },
  SIGNATURE_RSA_SHA256: {
    'X-Recho-Signature': MADE_LATER,
    'X-Recho-Timestamp': MADE_LATER,
    'X-Recho-Key-Id': '(of the active signing key)',
  },
};

/** @param headers names and values in turn. */
export function pairsOf(headers: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    headers.flatMap((name, index) => (index % 2 === 0 ? [[name, headers[index + 1] ?? '']] : [])),
  ) as Record<string, string>;
}
