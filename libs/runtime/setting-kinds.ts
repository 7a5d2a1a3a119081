import { asciiEmailAddress, checkEmailAddress } from '#libs/contracts';
import { setting } from './settings.js';

const MS = { ms: 1, s: 1000, m: 60_000 } as const;

/** Milliseconds of `500ms`, `2s`, `5m`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9})(ms|s|m)$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * MS[match[2] as keyof typeof MS];
}

/** A positive duration of at most a day, in milliseconds. Timers cannot hold much more. */
export function durationMs(example = '2s') {
  const details = { expected: 'a duration such as 500ms, 2s or 5m, up to 1440m', example, duration: true };
  return setting(details, positiveDuration);
}

function positiveDuration(text: string): number | undefined {
  const ms = parseDuration(text);
  return ms !== undefined && ms > 0 && ms <= 1440 * MS.m ? ms : undefined;
}

/** `true` or `false`, nothing else: `ALLOW_…=no` must not turn something on. */
export function bool() {
  return setting({ expected: 'true or false', example: 'true' }, (text) =>
    text === 'true' ? true : text === 'false' ? false : undefined,
  );
}

export function integer(least: number, most: number) {
  const details = { expected: `a whole number from ${least} to ${most}`, example: String(least) };
  return setting(details, (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    return value >= least && value <= most ? value : undefined;
  });
}

/** A number from 0 to 1. */
export function share() {
  return setting({ expected: 'a number from 0 to 1', example: '0.1' }, (value) =>
    /^(0(\.\d+)?|1(\.0+)?)$/.test(value) ? Number(value) : undefined,
  );
}

/** The address of an HTTP server, without a password. */
export function httpUrl(example: string) {
  return setting({ expected: 'a URL that begins with http:// or https://', example }, (value) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    return url !== undefined && ['http:', 'https:'].includes(url.protocol) ? value : undefined;
  });
}

/** A TCP port; 0 lets the system choose one. */
export function port(example = '8080') {
  return setting({ expected: 'a port from 0 to 65535', example }, (text) =>
    /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined,
  );
}

/** Any text that is not blank. */
export function text(expected: string, example: string) {
  return setting({ expected, example }, (value) => (value.trim() === '' ? undefined : value.trim()));
}

/** As given, never shown. */
export function secret(expected: string, example: string, requiredWith: readonly string[] = []) {
  return setting({ expected, example, secret: true, requiredWith }, (value) => value);
}

/** One of a few words, in any case; the value is in lower case. */
export function oneOf<const Words extends readonly string[]>(words: Words, requiredWith: readonly string[] = []) {
  const details = { expected: `one of ${words.join(', ')}`, example: words[0] ?? '', requiredWith };
  return setting(details, (value): Words[number] | undefined => words.find((word) => word === value.toLowerCase()));
}

/** Items separated by commas, at least one, none empty. */
function items(value: string): string[] | undefined {
  const parts = value.split(',').map((part) => part.trim());
  return parts.includes('') ? undefined : parts;
}

/** `host:port,host:port`. */
export function hostsAndPorts(example: string) {
  const details = { expected: 'host:port, more of them separated by commas', example };
  return setting(details, (value): readonly string[] | undefined => {
    const hosts = items(value);
    return hosts?.every((host) => /^[^\s:/]+:\d{1,5}$|^\[[0-9a-fA-F:.]+\]:\d{1,5}$/.test(host)) ? hosts : undefined;
  });
}

/** A URL of one of the schemes (`postgres:`); it may hold a password, so it is never shown. */
export function secretUrl(schemes: readonly string[], example: string) {
  const details = {
    expected: `a URL that begins with ${schemes.map((s) => `${s}//`).join(' or ')}`,
    example,
    secret: true,
  };
  return setting(details, (value) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    return url !== undefined && schemes.includes(url.protocol) ? value : undefined;
  });
}

export interface Mailbox {
  /** What a reader's mail program shows; null: the address alone. */
  readonly name: string | null;
  /** ASCII. */
  readonly address: string;
}

/** An email address, alone or behind a name: `Recho <notify@example.com>`. */
export function mailbox(example: string) {
  const details = { expected: 'an email address, or a name and the address in angle brackets', example };
  return setting(details, (value): Mailbox | undefined => {
    const match = /^(?:"?([^\p{Cc}<>"]*?)"?\s*<([^<>]*)>|([^<>]*))$/u.exec(value.trim());
    const address = match?.[2] ?? match?.[3];
    if (match === null || address === undefined || checkEmailAddress(address) !== null) return undefined;
    return { name: match[1] || null, address: asciiEmailAddress(address) };
  });
}

/** AES-256 keys: 32 bytes each, in base64, separated by commas; the first one encrypts. */
export function base64Keys() {
  const details = {
    expected:
      '32 bytes in base64 (make one: openssl rand -base64 32); several, separated by commas, while a key is replaced',
    example: '<44 characters>',
    secret: true,
  };
  return setting(details, (value): readonly Buffer[] | undefined => {
    const parts = items(value);
    if (parts === undefined || !parts.every((part) => /^[A-Za-z0-9+/]{43}=$/.test(part))) return undefined;
    return new Set(parts).size === parts.length ? parts.map((part) => Buffer.from(part, 'base64')) : undefined;
  });
}

/** Delays of the retry ladder, in milliseconds, rung 1 first. */
export function ladder() {
  const details = {
    expected: '1 to 8 durations separated by commas, none shorter than the one before it',
    example: '5s,15s,45s,135s,405s,1215s',
    duration: true,
  };
  return setting(details, (value): readonly number[] | undefined => {
    const rungs: number[] = [];
    for (const item of items(value) ?? []) {
      const ms = positiveDuration(item);
      if (ms === undefined || ms < (rungs.at(-1) ?? 0)) return undefined;
      rungs.push(ms);
    }
    return rungs.length >= 1 && rungs.length <= 8 ? Object.freeze(rungs) : undefined;
  });
}
