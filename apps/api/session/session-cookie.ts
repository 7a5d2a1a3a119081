/** The part of a request's headers that a session is made of. */
export interface SessionHeaders {
  readonly cookie?: string | undefined;
  readonly 'x-recho-csrf'?: string | string[] | undefined;
}

export const COOKIE = 'recho_session';
export const CSRF_HEADER = 'X-Recho-CSRF';

/** Scripts cannot read it, and pages of other sites cannot have it sent. */
const FLAGS = 'HttpOnly; SameSite=Strict; Path=/';

/** The secret of the session cookie; undefined: there is none. */
export function secretOf({ cookie = '' }: SessionHeaders): string | undefined {
  return new RegExp(`(?:^|;) *${COOKIE}=([\\w-]{43}) *(?:;|$)`).exec(cookie)?.[1];
}

/**
 * A browser says in `Origin` how the page that signs in was loaded. One that came over plain http could not keep a
 * `Secure` cookie; everything else gets one, whatever stands between the browser and us.
 * @param lifeMs how long it is kept.
 */
export function cookieFor(secret: string, lifeMs: number, origin: string | undefined): string {
  const secure = /^http:/i.test(origin ?? '') ? '' : '; Secure';
  return `${COOKIE}=${secret}; ${FLAGS}; Max-Age=${Math.floor(lifeMs / 1000)}${secure}`;
}

/** Has the browser forget it. */
export const NO_COOKIE = `${COOKIE}=; ${FLAGS}; Max-Age=0`;
