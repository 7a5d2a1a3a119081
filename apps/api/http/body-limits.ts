import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** The largest request body: room for an event of 256 KiB with whatever surrounds it. */
export const MAX_BODY_BYTES = 512 * 1024;
/** Of most routes. */
const USUAL_BODY_BYTES = 64 * 1024;

/** Events, and the whole map of triggers: as many ids as there are endpoints, for each of the event types. */
const LARGE = /\/(events|triggers)$/;

/** Before the routes are there. */
export function limitBodies(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', (route) => {
      route.bodyLimit = LARGE.test(route.url) ? MAX_BODY_BYTES : USUAL_BODY_BYTES;
    });
}
