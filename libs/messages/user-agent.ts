import { VERSION } from '#libs/contracts';

/** Product and version: a receiver may want to tell versions apart. */
export const USER_AGENT = `Recho-Notify/${VERSION}`;
