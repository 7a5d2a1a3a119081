import { Initial1764000000000 } from './1764000000000-initial.js';
import { Lanes1764100000000 } from './1764100000000-lanes.js';
import { Redrives1764200000000 } from './1764200000000-redrives.js';
import { Access1764300000000 } from './1764300000000-access.js';
import { Sessions1764400000000 } from './1764400000000-sessions.js';
import { OrderViolations1764500000000 } from './1764500000000-order-violations.js';
import { EndpointBreakers1764600000000 } from './1764600000000-endpoint-breakers.js';
import { Search1764700000000 } from './1764700000000-search.js';

/**
 * In their order. One that was released is never edited, and one that comes after only adds (docs/adr/0010): the release
 * before it runs on these tables, too.
 */
export const MIGRATIONS = [
  Initial1764000000000,
  Lanes1764100000000,
  Redrives1764200000000,
  Access1764300000000,
  Sessions1764400000000,
  OrderViolations1764500000000,
  EndpointBreakers1764600000000,
  Search1764700000000,
];
