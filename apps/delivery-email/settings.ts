import { defineSettings, deliveryServiceSettings, mailSettings } from '#libs/runtime';

export const deliveryEmailSettings = defineSettings({ ...deliveryServiceSettings(8084), ...mailSettings });
