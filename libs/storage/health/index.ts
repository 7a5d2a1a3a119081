export * from './attempt-figures.js';
export * from './delivery-counts.js';
export * from './violation-counts.js';
export * from './endpoint-breakers.js';
