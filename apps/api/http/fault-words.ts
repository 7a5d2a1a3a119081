import type { z } from 'zod';
import { shorten, type FieldFault } from './problem.js';

type Issue = z.core.$ZodIssue;

const ARTICLED: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'an array',
};

/** What zod found, in the words of an API: each completes `<field> …`. @param whole names the value itself. */
export function wordsOf(issue: Issue, whole: string): FieldFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: fieldOf([...issue.path, key], whole),
      message: 'is not known here; check its spelling, or leave it out',
    }));
  }
  return [{ field: fieldOf(issue.path, whole), message: messageOf(issue) }];
}

function messageOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'is missing; it is required'
        : `must be ${ARTICLED[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'is empty; give it a value'
        : `must be at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `has more than ${issue.maximum} characters; shorten it`
        : issue.origin === 'array'
          ? `has more than ${issue.maximum} items; send several requests`
          : `must be at most ${issue.maximum}`;
    case 'invalid_format':
      return issue.format === 'guid' ? 'is not a UUID' : issue.message;
    default:
      return issue.message;
  }
}

/** `triggers.OUTBOUND_CALL_ERROR[0]` */
function fieldOf(path: readonly PropertyKey[], whole: string): string {
  const field = path.reduce<string>((at, key) => {
    const part = shorten(String(key));
    return typeof key === 'number' ? `${at}[${part}]` : at === '' ? part : `${at}.${part}`;
  }, '');
  return field === '' ? whole : field;
}
