import { Body, Param, Query, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { isUuid } from '#libs/contracts';
import { describeRoute } from '../openapi/route-docs.js';
import { wordsOf } from './fault-words.js';
import { invalid, notFound } from './problem.js';

/** The JSON body, checked; an absent one counts as `{}`. Also describes it in the OpenAPI document. */
export function ValidBody(schema: z.ZodObject): ParameterDecorator {
  return checked(Body, 'body', schema);
}

/** The query, checked. Also describes it in the OpenAPI document. */
export function ValidQuery(schema: z.ZodObject): ParameterDecorator {
  return checked(Query, 'query', schema);
}

/** @param what as in `project`: an id that is no UUID is nobody's, so the answer is that there is none. */
export function PathId(name: string, what: string): ParameterDecorator {
  return Param(name, {
    transform: (id: string) => {
      if (!isUuid(id)) throw notFound(what, id);
      return id.toLowerCase();
    },
  } satisfies PipeTransform<string>);
}

function checked(
  decorator: (pipe: PipeTransform) => ParameterDecorator,
  part: 'body' | 'query',
  schema: z.ZodObject,
): ParameterDecorator {
  const pipe: PipeTransform = {
    transform: (value: unknown) => {
      const parsed = schema.safeParse(value ?? {}, { reportInput: true });
      if (parsed.success) return parsed.data;
      throw invalid(parsed.error.issues.flatMap((issue) => wordsOf(issue, part)));
    },
  };
  return (target, property, index) => {
    decorator(pipe)(target, property, index);
    describeRoute(target, property, { [part]: schema });
  };
}
