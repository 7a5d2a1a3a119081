import type { BrowserContextOptions } from 'playwright-core';
import { createDatabaseOn, startPostgres, startScriptedReceiver, type ScriptedReceiver } from '#libs/testkit';
import { createApiClient, type ApiClient } from '../../tools/api-client.js';
import { launchChromium } from '../../tools/looks/chromium.js';
import { startSystem, type Service, type System } from '../harness/system.js';
import { openVisit, type Visit } from './visit.js';

/** Everything that a flow plays on: real services, a receiver of customers, a browser. */
export interface Stage {
  readonly system: System;
  /** The operator's. */
  readonly api: ApiClient;
  readonly url: string;
  readonly receiver: ScriptedReceiver;
  /** An address of the receiver that answers as it is called: `answering('crm', 503)`. */
  answering(name: string, status: number): string;
  open(options?: BrowserContextOptions, url?: string): Promise<Visit>;
  /** Signed in, at the page. @param key left out: the admin token. */
  enter(path: string, key?: string, options?: BrowserContextOptions): Promise<Visit>;
  /** What the page shows that was opened last. */
  describe(): Promise<string>;
  close(): Promise<void>;
}

/** So long that nothing is tried again while somebody looks, but by a click. */
const LADDER = '300s,600s';

export async function setStage(): Promise<Stage> {
  const postgres = await startPostgres();
  const system = await startSystem(await createDatabaseOn(postgres.url), LADDER);
  const [services, receiver, browser] = await Promise.all([
    startServices(system),
    startScriptedReceiver(({ url }) => ({
      status: Number(/^\/(\d{3})\//.exec(url)?.[1] ?? 200),
      body: '{"taken":true}',
      headers: { 'content-type': 'application/json' },
    })),
    launchChromium(),
  ]);
  const url = `http://127.0.0.1:${services.find(({ name }) => name === 'api')!.port}`;
  let last: Visit | null = null;
  const open = async (options?: BrowserContextOptions, at = url): Promise<Visit> => {
    last = await openVisit(browser, at, options);
    return last;
  };
  return {
    system,
    api: createApiClient(url, system.adminToken),
    url,
    receiver,
    answering: (name, status) => `${new URL(receiver.url).origin}/${status}/${name}`,
    open,
    enter: async (path, key = system.adminToken, options) => {
      const visit = await open(options);
      // As the page does it; the cookie is in the browser then.
      const answer = await visit.page.request.post('/v1/session', { data: { key } });
      if (!answer.ok()) throw new Error(`signing in was answered with ${answer.status()}: ${await answer.text()}`);
      await visit.page.goto(path);
      return visit;
    },
    describe: async () => last?.describe() ?? 'no page was opened',
    close: async () => {
      await browser.close();
      await system.close();
      await receiver.close();
      await postgres.stop();
    },
  };
}

async function startServices(system: System): Promise<Service[]> {
  const names = ['router', 'delivery-custom', 'delivery-slack', 'recorder', 'api'] as const;
  const services = await Promise.all(names.map((name) => system.start(name)));
  await Promise.all(services.map((service) => service.ready()));
  return services;
}
