import { generateKeyPair, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { SecretBox } from '#libs/runtime';
import type { EntityManager } from 'typeorm';

/** By the public contract. */
const BITS = 2048;

/** A key pair as it is kept: nobody sees the private half in clear again but who signs. */
export interface SealedKeyPair {
  readonly id: string;
  /** SPKI PEM. */
  readonly publicPem: string;
  /** PKCS #8 PEM, sealed. */
  readonly privateSealed: string;
}

/** Takes a tenth of a second or more, off the event loop: to be made before a transaction begins. */
export async function newKeyPair(box: SecretBox): Promise<SealedKeyPair> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { id: randomUUID(), publicPem: publicKey, privateSealed: box.encrypt(privateKey) };
}

/** The first key of an endpoint signs at once, any other one when it is activated. */
export async function insertKey(
  manager: EntityManager,
  endpointId: string,
  { id, publicPem, privateSealed }: SealedKeyPair,
): Promise<void> {
  await manager.query(
    `INSERT INTO signing_keys (id, endpoint_id, public_pem, private_sealed, state, activated_at)
     SELECT $1, $2, $3, $4, CASE WHEN first THEN 'active' ELSE 'new' END, CASE WHEN first THEN now() END
     FROM (SELECT NOT EXISTS (SELECT FROM signing_keys WHERE endpoint_id = $2 AND state = 'active') AS first) AS f`,
    [id, endpointId, publicPem, privateSealed],
  );
}

/** An endpoint that begins to sign needs a key to do it with; one that has signed before has it yet. */
export async function ensureKey(manager: EntityManager, endpointId: string, pair: SealedKeyPair): Promise<void> {
  const active = (await manager.query("SELECT id FROM signing_keys WHERE endpoint_id = $1 AND state = 'active'", [
    endpointId,
  ])) as unknown[];
  if (active.length === 0) await insertKey(manager, endpointId, pair);
}
