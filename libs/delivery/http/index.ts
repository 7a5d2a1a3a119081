export * from './classify.js';
export * from './destined.js';
export { MAX_BODY_KEPT } from './exchange.js';
export * from './failure.js';
export { type AddressRule } from './guarded-connect.js';
export * from './post-json.js';
export * from './retry-after.js';
export * from './webhook-headers.js';
