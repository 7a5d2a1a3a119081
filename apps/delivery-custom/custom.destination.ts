import { classifyHttp, type Destination, type Http, type JsonPost } from '#libs/delivery';
import { createCustomRender, type CustomSettings } from './custom.render.js';

/** The room of `CUSTOM` endpoints: the contract's JSON, by POST, to any HTTPS endpoint. */
export function createCustomDestination({
  http,
  ...settings
}: CustomSettings & { readonly http: Http }): Destination<JsonPost> {
  return {
    kind: 'custom',
    render: createCustomRender(settings),
    send: (post, permit) => http.postJson(post, permit),
    classify: classifyHttp,
  };
}
