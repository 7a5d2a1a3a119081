/** What the tools need of the public REST API. */
export interface ApiClient {
  readonly url: string;
  /** @throws ApiError when the answer is not 2xx, Error when there is none. */
  call<T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<T>;
  /** All items of a list, page after page. */
  list<T>(path: string): Promise<T[]>;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

interface Problem {
  readonly title?: string;
  readonly detail?: string;
}

interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

const TIMEOUT_MS = 15_000;

export function createApiClient(url: string, token: string): ApiClient {
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    let answer: Response;
    try {
      answer = await fetch(new URL(path, url), {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (cause) {
      throw new Error(`the API at ${url} does not answer: is npm start running?`, { cause });
    }
    const text = await answer.text();
    if (answer.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
    throw new ApiError(answer.status, `${method} ${path} answered ${answer.status}: ${reasonIn(text)}`);
  };
  return {
    url,
    call,
    list: async <T>(path: string) => {
      const items: T[] = [];
      let cursor: string | null = null;
      do {
        const page: Page<T> = await call('GET', cursor === null ? path : withCursor(path, cursor));
        items.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      return items;
    },
  };
}

function withCursor(path: string, cursor: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
}

/** The words of a problem details answer, or the answer as it is. */
function reasonIn(text: string): string {
  try {
    const { title, detail } = JSON.parse(text) as Problem;
    return detail ?? title ?? text;
  } catch {
    return text;
  }
}
