import { defineSettings, deliveryServiceSettings } from '#libs/runtime';

export const deliverySlackSettings = defineSettings(deliveryServiceSettings(8082));
