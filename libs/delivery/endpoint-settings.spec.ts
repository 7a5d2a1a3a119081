import { describe, expect, it } from '@jest/globals';
import type { StoredEndpoint } from '#libs/storage';
import { endpointSettings } from './endpoint-settings.js';

const STORED: StoredEndpoint = {
  id: 'e',
  projectId: 'p',
  name: 'E',
  endpointType: 'CUSTOM',
  target: 'https://example.com/',
  authType: 'BEARER',
  contentKey: null,
  enabled: true,
  bearerToken: 'sealed',
  signingKey: null,
  ordinal: 1,
  eventTypes: [],
};

function settingsOf(endpoint: StoredEndpoint | undefined, decrypt = (sealed: string) => `opened ${sealed}`) {
  const ensureVersion = () => Promise.resolve(true);
  return endpointSettings({ version: () => 3, endpoint: () => endpoint, ensureVersion }, decrypt);
}

describe('the endpoints as a room gets them', () => {
  it('carry their bearer token in clear', () => {
    expect(settingsOf(STORED).current('e')).toEqual({
      id: 'e',
      projectId: 'p',
      target: 'https://example.com/',
      authType: 'BEARER',
      enabled: true,
      bearerToken: 'opened sealed',
      signingKey: null,
    });
  });

  it('carry no token that is not used', () => {
    expect(settingsOf({ ...STORED, authType: 'NONE' }).current('e')).toMatchObject({ bearerToken: null });
    expect(settingsOf({ ...STORED, bearerToken: null }).current('e')).toMatchObject({ bearerToken: null });
  });

  it('are opened once, however often they are asked for', () => {
    let times = 0;
    const settings = settingsOf(STORED, () => `opened ${++times}`);
    expect(settings.current('e')).toBe(settings.current('e'));
    expect(times).toBe(1);
  });

  it('fail when a credential cannot be opened: that is no fault of the endpoint, which must not pay for it', () => {
    const settings = settingsOf(STORED, () => {
      throw new Error('unknown key');
    });
    expect(() => settings.current('e')).toThrow('unknown key');
  });

  it('are off when they are disabled or gone, and only when the settings were read at all', () => {
    expect(settingsOf(STORED).isOff('e')).toBe(false);
    expect(settingsOf({ ...STORED, enabled: false }).isOff('e')).toBe(true);
    expect(settingsOf(undefined).isOff('e')).toBe(true);
    const ensureVersion = () => Promise.resolve(false);
    const unread = endpointSettings({ version: () => 0, endpoint: () => undefined, ensureVersion }, String);
    expect(unread.isOff('e')).toBe(false);
  });

  it('are undefined when there is none', () => {
    expect(settingsOf(undefined).current('e')).toBeUndefined();
  });
});
