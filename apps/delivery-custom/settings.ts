import { defineSettings, deliveryServiceSettings } from '#libs/runtime';

export const deliveryCustomSettings = defineSettings(deliveryServiceSettings(8085));
