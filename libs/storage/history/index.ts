export { DayPartitions, type HistoryClock } from './day-partitions.js';
export { DAY_MS } from './days.js';
export { createLaneMemory, HistoryWriter, isRefused, type LaneMemory } from './history-writer.js';
export type { Delivered, Finding } from './order-audit.js';
export { createHistoryPool } from './history-pool.js';
export { dropOldHistory, type Dropped } from './retention.js';
