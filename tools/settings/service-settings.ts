import type { z } from 'zod';
import { apiSettings } from '../../apps/api/settings.js';
import { deliveryCustomSettings } from '../../apps/delivery-custom/settings.js';
import { deliveryEmailSettings } from '../../apps/delivery-email/settings.js';
import { deliverySlackSettings } from '../../apps/delivery-slack/settings.js';
import { deliveryTeamsSettings } from '../../apps/delivery-teams/settings.js';
import { recorderSettings } from '../../apps/recorder/settings.js';
import { routerSettings } from '../../apps/router/settings.js';

/** What each service reads of its environment: what manifests and documents are checked against. */
export const SERVICE_SETTINGS: Readonly<Record<string, z.ZodObject>> = {
  api: apiSettings,
  router: routerSettings,
  'delivery-slack': deliverySlackSettings,
  'delivery-teams': deliveryTeamsSettings,
  'delivery-email': deliveryEmailSettings,
  'delivery-custom': deliveryCustomSettings,
  recorder: recorderSettings,
};
