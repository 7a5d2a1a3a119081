export {
  keepsRecords,
  onAbstained,
  onCrowdedOut,
  onHoldOver,
  onJob,
  onSettled,
  onSkip,
  onSpill,
  onVerdict,
  onWritten,
  type Terms,
} from './decide.js';
export * from './effect.js';
export * from './ladder.js';
export * from './lane.js';
export * from './offset-ledger.js';
export * from './source-mark.js';
export * from './verdict.js';
export * from './wake.js';
