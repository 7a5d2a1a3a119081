export * from './decide.js';
export * from './effect.js';
export * from './lane.js';
export * from './offset-ledger.js';
export * from './source-mark.js';
export * from './verdict.js';
