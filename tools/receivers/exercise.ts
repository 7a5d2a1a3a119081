import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { createHttp, type CurrentEndpoint, type Http } from '#libs/delivery';
import { createCustomDestination } from '../../apps/delivery-custom/custom.destination.js';
import { GOLDEN_JOBS } from '../../libs/contracts/golden/jobs.js';
import { startChild } from '../stack/child-process.js';
import { freePort, isAccepting } from '../stack/ports.js';
import type { Prepared } from './languages.js';

/** What a receiver answered to one request, and what it should have. */
export interface Finding {
  readonly what: string;
  readonly expected: number;
  /** null: nothing. */
  readonly answered: number | null;
}

const STARTS_WITHIN_MS = 30_000;
const JOB = GOLDEN_JOBS.INBOUND_CALL_CLOSING;

/**
 * Starts a receiver that knows two public keys, as during a rotation, and sends it what is signed, and what is not, by
 * the room that signs in production.
 * @param dir of its keys and its log.
 */
export async function exercise(
  name: string,
  { command, args }: Exclude<Prepared, { missing: string }>,
  dir: string,
): Promise<Finding[]> {
  const keys = { old: keyPair('old', dir), next: keyPair('next', dir), stranger: keyPair('stranger', null) };
  const port = await freePort();
  const logFile = join(dir, 'receiver.log');
  const env = { ...process.env, KEYS: join(dir, 'keys'), PORT: String(port), NODE_OPTIONS: '' };
  const child = await startChild({ name: `receiver-${name}`, command, args, logFile, env });
  const http = createHttp({ timeoutMs: 10_000, isAllowed: () => true });
  try {
    const deadline = performance.now() + STARTS_WITHIN_MS;
    while (!(await isAccepting(port))) {
      if (!child.running() || performance.now() > deadline) {
        throw new Error(`the ${name} receiver does not listen: ${child.lastLines(3).join(' | ')}`);
      }
      await after(50);
    }
    const findings: Finding[] = [];
    for (const { what, expected, key = keys.old, skewS = 0, via = http } of casesOf(http, keys)) {
      const room = createCustomDestination({
        http: via,
        targets: { allowHttp: true, allowPrivate: true },
        userAgent: 'Recho-Notify',
        now: () => Date.now() + skewS * 1000,
      });
      const endpoint: CurrentEndpoint = {
        ...{ id: JOB.endpoint.id, projectId: JOB.event.projectId, target: `http://127.0.0.1:${port}/webhook` },
        ...{ authType: 'SIGNATURE_RSA_SHA256', enabled: true, bearerToken: null, signingKey: key },
      };
      const request = room.render({
        job: JOB,
        endpoint,
        attempt: 1,
        traceparent: `00-${'1'.repeat(32)}-${'1'.repeat(16)}-01`,
      });
      const { status } = await room.send(request, { signal: new AbortController().signal, mayStart: () => true });
      findings.push({ what, expected, answered: status });
    }
    return findings;
  } finally {
    await http.close();
    await child.stop(5000);
  }
}

interface Key {
  readonly id: string;
  readonly privateKey: KeyObject;
}

interface Case {
  readonly what: string;
  readonly expected: number;
  readonly key?: Key;
  /** What our clock is ahead of the receiver's. */
  readonly skewS?: number;
  readonly via?: Http;
}

function casesOf(http: Http, keys: Readonly<Record<'next' | 'stranger', Key>>): Case[] {
  return [
    { what: 'signed with the old key', expected: 204 },
    { what: 'signed with the new key', expected: 204, key: keys.next },
    { what: 'signed 290 s ago', expected: 204, skewS: -290 },
    { what: 'one byte of the body changed', expected: 401, via: changing(http, { body: true }) },
    { what: 'the signature taken away', expected: 401, via: changing(http, { without: 'X-Recho-Signature' }) },
    { what: 'the timestamp taken away', expected: 401, via: changing(http, { without: 'X-Recho-Timestamp' }) },
    { what: 'signed 310 s ago', expected: 401, skewS: -310 },
    { what: 'signed 310 s ahead', expected: 401, skewS: 310 },
    { what: 'signed with a key that it does not know', expected: 401, key: keys.stranger },
  ];
}

/** Somebody between us and the receiver. */
function changing(http: Http, change: { readonly body?: boolean; readonly without?: string }): Http {
  return {
    close: () => http.close(),
    postJson: ({ headers, body, ...post }, permit) => {
      const changed = Buffer.from(body);
      if (change.body === true) changed[changed.length - 3]! ^= 1;
      const at = change.without === undefined ? -1 : headers.indexOf(change.without);
      const kept = at < 0 ? headers : headers.toSpliced(at, 2);
      return http.postJson({ ...post, headers: kept, body: changed }, permit);
    },
  };
}

/** @param dir where the receiver finds public keys; null: it does not know this one. */
function keyPair(name: string, dir: string | null): Key {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const id = `key-${name}`;
  if (dir !== null) {
    mkdirSync(join(dir, 'keys'), { recursive: true });
    writeFileSync(join(dir, 'keys', `${id}.pem`), publicKey.export({ type: 'spki', format: 'pem' }));
  }
  return { id, privateKey };
}
