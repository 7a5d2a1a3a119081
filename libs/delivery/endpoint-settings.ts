import { createPrivateKey } from 'node:crypto';
import type { StoredEndpoint } from '#libs/storage';
import type { CurrentEndpoint } from './destination.js';
import type { EndpointSettings } from './ports.js';

/** The part of libs/storage's SettingsSnapshot that is used here. */
export interface StoredEndpoints {
  version(): number;
  endpoint(endpointId: string): StoredEndpoint | undefined;
  ensureVersion(version: number): Promise<boolean>;
}

/**
 * The endpoints as rooms want them, with their credentials in clear.
 * @param decrypt throws when a credential cannot be opened: `current` then throws too, so that the attempt is our fault.
 */
export function endpointSettings(stored: StoredEndpoints, decrypt: (sealed: string) => string): EndpointSettings {
  // A snapshot's endpoints are made anew with each reload: nothing old stays.
  const opened = new WeakMap<StoredEndpoint, CurrentEndpoint>();
  return {
    version: () => stored.version(),
    // Before the first reading, nothing is known of any.
    isOff: (endpointId) => stored.version() > 0 && stored.endpoint(endpointId)?.enabled !== true,
    ensureVersion: (version) => stored.ensureVersion(version),
    current: (endpointId) => {
      const endpoint = stored.endpoint(endpointId);
      if (endpoint === undefined) return undefined;
      let current = opened.get(endpoint);
      if (current === undefined) {
        current = open(endpoint, decrypt);
        opened.set(endpoint, current);
      }
      return current;
    },
  };
}

function open(endpoint: StoredEndpoint, decrypt: (sealed: string) => string): CurrentEndpoint {
  const { id, projectId, target, authType, enabled, bearerToken, signingKey } = endpoint;
  const needsToken = authType === 'BEARER' && bearerToken !== null;
  const needsKey = authType === 'SIGNATURE_RSA_SHA256' && signingKey !== null;
  return {
    ...{ id, projectId, target, authType, enabled },
    bearerToken: needsToken ? decrypt(bearerToken) : null,
    signingKey: needsKey ? { id: signingKey.id, privateKey: createPrivateKey(decrypt(signingKey.sealed)) } : null,
  };
}
