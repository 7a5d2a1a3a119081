import type { StackSettings } from './settings.js';

export interface Addresses {
  readonly settings: StackSettings;
  readonly databaseUrl: string;
  readonly adminToken: string;
  readonly dataDir: string;
  /** Where mails can be read; null: they go to a mail server of somebody's own. */
  readonly inbox: string | null;
  /** Where Jaeger answers; null: none was started. */
  readonly jaeger: string | null;
}

/** Where everything is. */
export function addressLines({ settings, databaseUrl, adminToken, dataDir, inbox, jaeger }: Addresses): string[] {
  const row = (name: string, value: string): string => `  ${name.padEnd(13)}${value}`;
  return [
    row('API', `http://127.0.0.1:${settings.API_PORT}   (to read: /docs, OpenAPI: /openapi.json)`),
    row('admin token', adminToken),
    row('Kafka', `${settings.KAFKA_BROKERS.join(',')}   (events go to the topic calls.events, key = callId)`),
    row('PostgreSQL', databaseText(settings, databaseUrl)),
    ...(inbox === null ? [] : [row('inbox', `${inbox}   (what EMAIL endpoints get, in a browser)`)]),
    row('traces', tracesText(settings, jaeger)),
    row('logs', `${dataDir}/logs/<service>.log`),
  ];
}

/** The embedded one's password is told, for psql; one that somebody set is theirs. */
function databaseText({ DATABASE_URL: own }: StackSettings, databaseUrl: string): string {
  if (own === undefined) return databaseUrl;
  const { host, pathname } = new URL(own);
  return `${host}${pathname}   (yours: DATABASE_URL)`;
}

function tracesText({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }: StackSettings, jaeger: string | null): string {
  if (jaeger !== null) return `${jaeger}   (Jaeger: one trace per event; npm run trace -- <callId> shows a call's)`;
  if (endpoint !== undefined) return `sent to ${endpoint}`;
  return 'none: npm run jaeger:build, then start again (or set JAEGER_BIN, or OTEL_EXPORTER_OTLP_ENDPOINT)';
}

/** Said loudly: it is what makes this stack unfit for anything but a developer's machine. */
export function targetWarning(env: Readonly<NodeJS.ProcessEnv>): string[] {
  const on = ['ALLOW_HTTP_TARGETS', 'ALLOW_PRIVATE_TARGETS'].filter((name) => env[name] !== 'false');
  if (on.length === 0) return [];
  const what = `${on.join(' and ')} ${on.length > 1 ? 'are' : 'is'} ON`;
  return [`!! ${what}, so that receivers on this machine can be reached: never so in production.`];
}

export function nextSteps({ settings, adminToken }: Addresses): string[] {
  const api = `http://127.0.0.1:${settings.API_PORT}`;
  return [
    'Try next:',
    '  npm run simulate -- --calls 5 --rate 10        more calls (for the demo project, until you make one)',
    `  curl -s -H 'Authorization: Bearer ${adminToken}' ${api}/v1/projects`,
    '  README.md: your own receiver, five minutes to a first delivery',
    'Ctrl-C stops everything.',
  ];
}
