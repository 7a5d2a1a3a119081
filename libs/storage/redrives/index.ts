export * from './dead-letters.js';
export * from './redrive-table.js';
