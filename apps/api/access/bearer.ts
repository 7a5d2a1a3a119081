/** The token of an Authorization header; undefined: it has none. */
export function bearerOf(authorization = ''): string | undefined {
  return /^bearer +(\S+) *$/i.exec(authorization)?.[1];
}
