import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { ServiceError } from './errors.js';

const VERSION = 'v1';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** A credential that cannot be opened. The message never holds the secret. */
export class SecretBoxError extends ServiceError {
  override readonly name = 'SecretBoxError';
}

/**
 * Credentials at rest: AES-256-GCM. The sealed form `v1.<key id>.<base64url of iv, tag, ciphertext>` names its key, so
 * keys can be replaced: put the new one first, seal everything again, then drop the old one.
 */
export class SecretBox {
  private readonly keys = new Map<string, Buffer>();
  private readonly sealingKeyId: string;

  /** @param keys 32 bytes each; the first one seals, all of them open. */
  constructor(keys: readonly Buffer[]) {
    for (const key of keys) {
      if (key.length !== KEY_BYTES) {
        throw new SecretBoxError(
          'bad_key',
          'config',
          `a key of SECRETS_KEY has ${key.length} bytes; it needs ${KEY_BYTES}`,
        );
      }
      this.keys.set(keyIdOf(key), key);
    }
    const [first] = this.keys.keys();
    if (first === undefined)
      throw new SecretBoxError('no_key', 'config', 'SECRETS_KEY holds no key; it needs at least one');
    this.sealingKeyId = first;
  }

  encrypt(plain: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key(this.sealingKeyId), iv);
    cipher.setAAD(boundTo(this.sealingKeyId));
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    const box = Buffer.concat([iv, cipher.getAuthTag(), sealed]);
    return `${VERSION}.${this.sealingKeyId}.${box.toString('base64url')}`;
  }

  /** @throws SecretBoxError when the key is not held, or the text was changed. */
  decrypt(sealed: string): string {
    const [version, keyId, encoded, ...more] = sealed.split('.');
    if (version !== VERSION || keyId === undefined || encoded === undefined || more.length > 0) {
      throw new SecretBoxError(
        'not_sealed',
        'ours',
        `this is not a sealed credential (it does not begin with ${VERSION}.<key id>.)`,
      );
    }
    const key = this.key(keyId);
    const box = Buffer.from(encoded, 'base64url');
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(boundTo(keyId));
      decipher.setAuthTag(box.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      const opened = [decipher.update(box.subarray(IV_BYTES + TAG_BYTES)), decipher.final()];
      return Buffer.concat(opened).toString('utf8');
    } catch (cause) {
      throw new SecretBoxError(
        'changed',
        'ours',
        `a credential sealed with key ${keyId} was changed or cut since; set it anew`,
        { cause },
      );
    }
  }

  /** Whether it is sealed with the key in use; if not, seal it again before the old key goes. */
  isCurrent(sealed: string): boolean {
    return sealed.startsWith(`${VERSION}.${this.sealingKeyId}.`);
  }

  private key(id: string): Buffer {
    const key = this.keys.get(id);
    if (key !== undefined) return key;
    throw new SecretBoxError(
      'unknown_key',
      'config',
      `a credential was sealed with key ${id}, which is not in SECRETS_KEY (it holds ${[...this.keys.keys()].join(', ')}); ` +
        'add the old key behind the new one, separated by a comma',
    );
  }
}

/** Says which key it was without saying anything of the key. */
function keyIdOf(key: Buffer): string {
  return createHash('sha256').update('recho key id').update(key).digest('hex').slice(0, 8);
}

function boundTo(keyId: string): Buffer {
  return Buffer.from(`${VERSION}.${keyId}`);
}
