/** Product and version, as package.json has them: a receiver may want to tell versions apart. */
export const USER_AGENT = 'Recho-Notify/0.1.0';
