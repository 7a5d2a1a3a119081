import { constants, sign, type KeyObject } from 'node:crypto';
import type { SigningKey } from '#libs/delivery';

/**
 * The headers of a signature by the public contract: RSA PKCS#1 v1.5 with SHA-256 over the timestamp, a full stop, and
 * the raw body, in standard base64. Made off the event loop: an RSA signature takes about a millisecond.
 *
 * @param now Unix milliseconds; receivers take what is within five minutes of their clock.
 * @returns names and values in turn.
 */
export async function signatureHeaders({ id, privateKey }: SigningKey, body: Buffer, now: number): Promise<string[]> {
  const timestamp = String(Math.floor(now / 1000));
  const signature = await signed(privateKey, Buffer.concat([Buffer.from(`${timestamp}.`), body]));
  return ['X-Recho-Signature', signature.toString('base64'), 'X-Recho-Timestamp', timestamp, 'X-Recho-Key-Id', id];
}

function signed(key: KeyObject, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign('sha256', bytes, { key, padding: constants.RSA_PKCS1_PADDING }, (error, signature) => {
      if (error === null) resolve(signature);
      else reject(error);
    });
  });
}
