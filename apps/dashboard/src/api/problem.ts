/** What is wrong with one field of what was sent, in the API's words: completes `<field> …`. */
export interface FieldFault {
  readonly field: string;
  readonly message: string;
}

/** An answer that is no success: RFC 9457 problem details, or no answer at all (status 0). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  /** @param code stable, in snake_case: the last part of the problem's `type`. */
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    detail: string,
    readonly errors: readonly FieldFault[] = [],
    readonly instance: string | null = null,
  ) {
    super(detail);
  }

  /** What is wrong with that field; undefined: nothing. */
  faultOf(field: string): string | undefined {
    const found = this.errors.find((one) => one.field === field);
    return found && `${found.field} ${found.message}`;
  }
}

interface ProblemBody {
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly FieldFault[];
  readonly instance?: string;
}

/** @param body as it came: what is no problem details becomes one that says so. */
export function problemOf(status: number, body: string): ApiProblem {
  let parsed: ProblemBody | null = null;
  try {
    parsed = JSON.parse(body) as ProblemBody;
  } catch {
    // Some proxy's page.
  }
  if (typeof parsed?.type !== 'string') {
    const detail = `something between this page and the API answered ${status}, and not with JSON; try again, or look at what stands in between`;
    return new ApiProblem(status, 'not_the_api', 'Unexpected answer', detail);
  }
  const code = parsed.type.slice(parsed.type.lastIndexOf(':') + 1);
  return new ApiProblem(status, code, parsed.title ?? 'Error', parsed.detail ?? '', parsed.errors, parsed.instance);
}

export function unreachable(): ApiProblem {
  const detail =
    'the API does not answer; it may be restarting, or the network is away. This page tries again by itself';
  return new ApiProblem(0, 'unreachable', 'No answer', detail);
}

/** Of anything thrown: what to show. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new ApiProblem(0, 'page_error', 'This page failed', detail);
}
