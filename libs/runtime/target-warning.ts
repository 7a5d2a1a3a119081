import type { Logger } from './logger.js';

/** What each setting opens, for whoever reads the log. */
const OPENED = {
  ALLOW_HTTP_TARGETS: 'calls and credentials may be sent in clear over plain http',
  ALLOW_PRIVATE_TARGETS: 'whoever sets an endpoint can make this service call addresses inside its own network',
} as const;

/** Says at every start, one line a setting, that a wall is down which only development may do without. */
export function warnOfTargets(logger: Pick<Logger, 'warn'>, settings: object): void {
  for (const [name, meaning] of Object.entries(OPENED)) {
    if ((settings as Readonly<Record<string, unknown>>)[name] !== true) continue;
    logger.warn({ setting: name }, `${name} is ON: ${meaning}; never in production, set ${name}=false`);
  }
}
