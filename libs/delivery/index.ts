export * from './attempt.js';
export { deliveryModule, DELIVERY_STRATEGY, type DeliverySettings, type Room } from './delivery.module.js';
export * from './destination.js';
export * from './engine.js';
export * from './http/index.js';
export * from './metrics.js';
export * from './ports.js';
export type { TenureDeps } from './tenure-deps.js';
