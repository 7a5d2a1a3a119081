import { TERMINAL_STATUSES } from '#libs/contracts';

/** The statuses of deliveries that have ended, as SQL: what may stand behind `IN`. */
export const ENDED = `(${TERMINAL_STATUSES.map((status) => `'${status}'`).join(', ')})`;
