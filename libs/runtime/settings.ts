import { z } from 'zod';
import { ServiceError } from './errors.js';

/** What a fault's message says about a setting. */
export interface SettingDetails {
  /** Completes "expected …". */
  readonly expected: string;
  readonly example: string;
  /** Its value is never shown. */
  readonly secret?: boolean;
  /** Its numbers are milliseconds, which operators write as `10s`. */
  readonly duration?: boolean;
  /** Must be set whenever one of these is. */
  readonly requiredWith?: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

const DETAILS = z.registry<SettingDetails>();

/** Makes a setting from its text in the environment; `parse` answers undefined when the text will not do. */
export function setting<T>(details: SettingDetails, parse: (text: string) => T | undefined) {
  return z
    .string()
    .transform((text, context): T => {
      const value = parse(text);
      if (value !== undefined) return value;
      context.addIssue({ code: 'custom', message: details.expected });
      return z.NEVER;
    })
    .register(DETAILS, details);
}

/** What a document tells of a setting. */
export interface SettingDescription {
  readonly name: string;
  /** From `.describe(…)`, in Markdown; empty when nobody wrote it. */
  readonly meaning: string;
  /** As loaded; undefined: none. */
  readonly default: unknown;
  readonly required: boolean;
  readonly details: SettingDetails | undefined;
}

/** Each setting of a service, in the order of its fields. */
export function describeSettings(schema: z.ZodObject): SettingDescription[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const absent = z.safeParse(field, undefined);
    const meaning = field instanceof z.ZodType ? (field.description ?? '') : '';
    return { name, meaning, default: absent.data, required: !absent.success, details: detailsOf(field) };
  });
}

/** A service's settings: one field for each environment variable, by its name. */
export function defineSettings<Fields extends z.ZodRawShape>(fields: Fields) {
  return z.object(fields);
}

export type SettingsOf<Schema extends z.ZodObject> = Readonly<z.output<Schema>>;

/** All that is wrong with a service's environment, at once. */
export class SettingsError extends ServiceError {
  override readonly name = 'SettingsError';

  /** @param faults one sentence for each setting. */
  constructor(readonly faults: readonly string[]) {
    const title = faults.length === 1 ? 'A setting is wrong:' : `${faults.length} settings are wrong:`;
    super('settings', 'config', [title, ...faults.map((fault) => `  ${fault}`)].join('\n'));
  }
}

/**
 * Reads a service's settings. A variable that is set but empty counts as not set.
 * @throws SettingsError naming every fault.
 */
export function loadSettings<Schema extends z.ZodObject>(
  schema: Schema,
  env: Environment = process.env,
): SettingsOf<Schema> {
  const names = Object.keys(schema.shape);
  const given: Record<string, string> = {};
  for (const name of names) {
    const text = env[name];
    if (text !== undefined && text !== '') given[name] = text;
  }
  const parsed = schema.safeParse(given);
  const faults = new Map<string, string>();
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0] ?? 'the settings');
    faults.set(name, faultOf(name, given[name], detailsOf(schema.shape[name]), issue.message));
  }
  for (const name of names) {
    const details = detailsOf(schema.shape[name]);
    const companion = details?.requiredWith?.find((other) => other in given);
    if (companion === undefined || name in given) continue;
    faults.set(name, `${faultOf(name, undefined, details, '')} (needed because ${companion} is set)`);
  }
  if (!parsed.success || faults.size > 0) {
    throw new SettingsError(names.flatMap((name) => faults.get(name) ?? []));
  }
  return Object.freeze(parsed.data);
}

function faultOf(name: string, text: string | undefined, details: SettingDetails | undefined, message: string): string {
  const shown = details?.secret === true ? `(${text?.length} characters, not shown)` : `"${text}"`;
  const what = text === undefined ? `${name} is not set` : `${name} is ${shown}`;
  if (details === undefined) return `${what}: ${message}`;
  return `${what}: expected ${details.expected}, for example ${name}=${details.example}`;
}

/** A default or an optional wraps the schema that carries the details. */
function detailsOf(schema: unknown): SettingDetails | undefined {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return detailsOf(schema.unwrap());
  return schema instanceof z.ZodType ? DETAILS.get(schema) : undefined;
}
