import type { Flow } from '../flow.js';
import { accessibility } from './accessibility.js';
import { busy } from './busy.js';
import { credentialFlows } from './credentials.js';
import { firstLoad } from './first-load.js';
import { healing, redriving, resending } from './healing.js';
import { health } from './health.js';
import { hostileTexts, hostileTwin } from './hostile-texts.js';
import { keyboard } from './keyboard.js';
import { leftAlone } from './left-alone.js';
import { live } from './live.js';
import { longList } from './long-list.js';
import { narrow } from './narrow.js';
import { quickstart } from './quickstart.js';
import { signInFlows } from './sign-in.js';
import { team } from './team.js';
import { usable } from './usable.js';

export const FLOWS: readonly Flow[] = [
  quickstart,
  ...signInFlows,
  ...credentialFlows,
  healing,
  redriving,
  resending,
  live,
  team,
  health,
  leftAlone,
  hostileTexts,
  hostileTwin,
  keyboard,
  ...accessibility,
  narrow,
  firstLoad,
  usable,
  longList,
  // The last one: it leaves the services something to do.
  busy,
];
