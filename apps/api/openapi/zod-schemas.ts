import { z } from 'zod';

export interface NamedSchemas {
  /** Of requests. */
  readonly input: Readonly<Record<string, z.ZodType>>;
  /** Of answers. */
  readonly output: Readonly<Record<string, z.ZodType>>;
}

type Direction = keyof NamedSchemas;
type JsonSchema = Record<string, unknown>;

const REF = '#/components/schemas/';

/** Named schemas as JSON Schema 2020-12, which is what OpenAPI 3.1 speaks; where one holds another, it refers to it. */
export function componentsOf(named: NamedSchemas): Record<string, JsonSchema> {
  return Object.fromEntries(
    (['input', 'output'] as const).flatMap((io) => {
      const registry = z.registry<{ id: string }>();
      for (const [id, schema] of Object.entries(named[io])) registry.add(schema, { id });
      const { schemas } = z.toJSONSchema(registry, {
        io,
        uri: (id) => REF + id,
        override: (context) => tidy(context, io),
      });
      return Object.entries(schemas).map(([id, { $schema: _dialect, $id: _id, ...schema }]) => [id, schema] as const);
    }),
  );
}

/** A reference to a named schema; any other one as it is. */
export function inlineSchema(schema: z.core.$ZodType, io: Direction, named: NamedSchemas): JsonSchema {
  const id = Object.entries(named[io]).find(([, known]) => known === schema)?.[0];
  if (id !== undefined) return { $ref: REF + id };
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io, override: (context) => tidy(context, io) });
  return json;
}

interface Context {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
}

function tidy({ jsonSchema }: Context, io: Direction): void {
  // The format says it; zod's pattern of it takes half a screen.
  if (jsonSchema.format === 'uuid' || jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  // zod's bounds of every whole number: what JavaScript can count.
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  // An answer may get more fields in a later version: a client must not be told that it cannot.
  if (io === 'output') delete jsonSchema.additionalProperties;
}
