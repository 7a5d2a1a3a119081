export * from './dead-letter-groups.js';
export * from './dead-letters.js';
export * from './redrive-table.js';
export * from './resendable.js';
