import { parse } from 'yaml';

/** The parts of a Compose file that the rules look at; https://docs.docker.com/reference/compose-file/ has all. */
export interface ComposeService {
  image: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  user?: string;
  read_only?: boolean;
  privileged?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  mem_limit?: string;
  stop_grace_period?: string;
  restart?: string;
  depends_on?: Record<string, { condition: string }>;
  environment?: Record<string, string | number>;
  ports?: string[];
  volumes?: string[];
  healthcheck?: {
    test: string[];
    retries: number;
    interval: string;
    timeout: string;
    start_period?: string;
    start_interval?: string;
  };
  extra_hosts?: string[];
}

export interface Compose {
  services: Record<string, ComposeService>;
  volumes: Record<string, null>;
}

/** `${NAME:-default}`, and `$$` for a dollar; no other form stands in the file. */
const DOLLAR = /\$(?:\$|\{([A-Z_]+):-([^}]*)\})?/g;

/** The file as Compose reads it without a .env. @throws Error at a `$` of another form. */
export function readCompose(text: string): Compose {
  return parse(text, (_, value: unknown) => (typeof value === 'string' ? withDefaults(value) : value), {
    merge: true,
  }) as Compose;
}

function withDefaults(text: string): string {
  return text.replace(DOLLAR, (found, name?: string, otherwise?: string) => {
    if (name !== undefined) return otherwise!;
    if (found === '$$') return '$';
    throw new Error(`${JSON.stringify(text)}: a variable without a default, or a dollar that should be $$`);
  });
}

/** Each variable that a .env may set, with its default. @throws Error when one has two. */
export function variablesOf(text: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [, name, otherwise] of text.matchAll(DOLLAR)) {
    if (name === undefined) continue;
    if ((variables[name] ?? otherwise) !== otherwise) throw new Error(`${name} has two defaults`);
    variables[name] = otherwise!;
  }
  return variables;
}

/** As a container gets it. */
export function environmentIn({ environment = {} }: ComposeService): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]));
}
