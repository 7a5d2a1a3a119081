import { domainToASCII } from 'node:url';

/** RFC 5322 dot-atom. Quoted local parts are left out: nobody has one, and they can hide anything. */
const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
/** What the URL parser behind `domainToASCII` would drop, decode or split at. */
const NO_DOMAIN = /[\s\p{Cc}%@/\\?#:[\]<>,;()"]/u;
/** Of letters, digits and hyphens, at least two labels, the last one no number: `1.2.3.4` is an address, not a name. */
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** In octets: RFC 5321, 4.5.3.1, and what its path leaves of 256. */
const LOCAL_PART_MAX = 64;
const ADDRESS_MAX = 254;

/**
 * Checks an EMAIL target: one plain address and nothing else, so that no second recipient, display name or header can
 * come in with it.
 * @returns what is wrong with it and what to do, or null when nothing is.
 */
export function checkEmailAddress(target: string): string | null {
  const at = target.lastIndexOf('@');
  const shown = JSON.stringify(target.slice(0, 100));
  if (at < 1) return `the target ${shown} is not an email address; use name@example.com`;
  if (!LOCAL_PART.test(target.slice(0, at))) {
    return `the target ${shown} is not one plain email address (ASCII letters, digits and .!#$%&'*+/=?^_\`{|}~- before the @); use name@example.com`;
  }
  if (at > LOCAL_PART_MAX)
    return `the target has ${at} characters before the @; at most ${LOCAL_PART_MAX} are delivered to`;
  const ascii = asciiEmailAddress(target);
  if (!DOMAIN.test(ascii.slice(at + 1))) {
    return `the target's domain ${JSON.stringify(target.slice(at + 1, at + 101))} is no domain name; use name@example.com`;
  }
  return ascii.length > ADDRESS_MAX ? `the target is longer than ${ADDRESS_MAX} characters` : null;
}

/** As a mail server wants it: an international domain in its ASCII form. Only for what `checkEmailAddress` lets pass. */
export function asciiEmailAddress(target: string): string {
  const at = target.lastIndexOf('@');
  const domain = target.slice(at + 1);
  return `${target.slice(0, at)}@${NO_DOMAIN.test(domain) ? '' : domainToASCII(domain)}`;
}
