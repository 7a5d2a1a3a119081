import { askedToWait, classifyHttp, type Destination, type Http } from '#libs/delivery';
import { createCustomRender, type CustomPost, type CustomSettings } from './custom.render.js';
import { signatureHeaders } from './custom.sign.js';

export interface CustomDestinationOptions extends CustomSettings {
  readonly http: Http;
  /** Unix milliseconds: what signatures are dated with. */
  readonly now?: () => number;
}

/** The room of `CUSTOM` endpoints: the contract's JSON, by POST, to any HTTPS endpoint. */
export function createCustomDestination({
  http,
  now = Date.now,
  ...settings
}: CustomDestinationOptions): Destination<CustomPost> {
  return {
    kind: 'custom',
    render: createCustomRender(settings),
    send: (post, permit) => {
      const { signingKey, body, headers } = post;
      if (signingKey === null) return http.postJson(post, permit);
      // Each attempt afresh: on the ladder, one can come twenty minutes after the one before.
      return signatureHeaders(signingKey, body, now()).then((signature) =>
        http.postJson({ ...post, headers: [...headers, ...signature] }, permit),
      );
    },
    classify: classifyHttp,
    askedToWaitMs: askedToWait,
  };
}
