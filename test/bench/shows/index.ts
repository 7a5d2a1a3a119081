import type { ShowName } from '../options.js';
import { contrast } from './contrast.js';
import { failing } from './failing.js';
import { growth } from './growth.js';
import { hops } from './hops.js';
import { memory } from './memory.js';
import { nightmare } from './nightmare.js';
import type { Show } from './show.js';
import { signed } from './signed.js';

export const SHOW: Readonly<Record<ShowName, Show>> = { failing, signed, contrast, growth, nightmare, memory, hops };
