import { defineSettings, deliveryServiceSettings } from '#libs/runtime';

export const deliveryTeamsSettings = defineSettings(deliveryServiceSettings(8083));
