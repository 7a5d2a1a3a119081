import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { digest } from '../access/key-secret.js';

const BYTES = 32;

/** The cookie's value: 256 random bits. */
export function newSecret(): string {
  return randomBytes(BYTES).toString('base64url');
}

/** What is kept of it. Under the admin token: whoever replaces that ends all sessions. */
export function hashOf(secret: string, adminToken: string): Buffer {
  return createHmac('sha256', digest(adminToken)).update(secret).digest();
}

/**
 * What a page has to send along when it changes something. Pages of other sites can make a browser send the cookie, and
 * cannot read this. Derived from the secret, which it does not tell, so nothing more has to be kept.
 */
export function csrfTokenOf(secret: string): string {
  return createHmac('sha256', secret).update('csrf').digest('base64url');
}

/** In constant time. */
export function isCsrfTokenOf(secret: string, given: string): boolean {
  return timingSafeEqual(digest(given), digest(csrfTokenOf(secret)));
}
