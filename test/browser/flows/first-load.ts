import { hold } from '../expect.js';
import type { Flow } from '../flow.js';
import { projectWith } from './registered.js';

const MOST_KB = 250;

export const firstLoad: Flow = {
  name: `the first load takes less than ${MOST_KB} KB of JavaScript, as the server sends it`,
  run: async (stage) => {
    const { projectId } = await projectWith(stage, 'Loaded', stage.answering('loaded', 200));
    const visit = await stage.enter('/v1/event-types');
    const { page } = visit;
    const sizes: Promise<{ readonly type: string; readonly bytes: number; readonly coding: string }>[] = [];
    page.on('requestfinished', (request) => {
      sizes.push(
        (async () => ({
          type: request.resourceType(),
          bytes: (await request.sizes()).responseBodySize,
          coding: (await (await request.response())?.headerValue('content-encoding')) ?? 'none',
        }))(),
      );
    });
    await page.goto(`/p/${projectId}/webhooks`);
    await page.getByRole('listitem', { name: 'CRM' }).waitFor();
    const loaded = await Promise.all(sizes);
    const sum = (type: string): number => {
      const bytes = loaded.filter((one) => one.type === type).map((one) => one.bytes);
      return bytes.reduce((total, one) => total + one, 0) / 1024;
    };
    const script = sum('script');
    console.log(
      `         ${script.toFixed(0)} KB of JavaScript, ${sum('stylesheet').toFixed(0)} KB of styles, ${loaded.length} answers`,
    );
    hold(script > 20, `only ${script} KB of JavaScript were seen: the measure is broken`);
    hold(script < MOST_KB, `it takes ${script.toFixed(0)} KB of JavaScript`);
    await visit.close();
  },
};
