import { Agent, type Dispatcher } from 'undici';

/** POSTs raw bytes over keep-alive connections, with no more around it than undici needs. */
export interface BarePost {
  /** Resolves when the whole answer is there. @throws Error when it is not 200. */
  post(body: Buffer): Promise<void>;
}

/** @param origin `http://127.0.0.1:1234` */
export function createBarePost(origin: string, connections: number): BarePost {
  const agent = new Agent({ connections, pipelining: 1, allowH2: false, headersTimeout: 0, bodyTimeout: 0 });
  const headers = ['Content-Type', 'application/json'];
  return {
    post: (body) =>
      new Promise((resolve, reject) => {
        agent.dispatch({ origin, path: '/', method: 'POST', headers, body }, new Answer(resolve, reject));
      }),
  };
}

/** As many at a time as were the fastest here, of 16, 64, 128 and 256. */
const IN_FLIGHT = 64;

/**
 * The same for who consumes: no more than 64 are posted at a time.
 * @returns posts `body` and calls `onAnswer` when it is answered; nothing when it was begun at once, else resolves when it is.
 */
export function createBoundedPost(origin: string): (body: Buffer, onAnswer?: () => void) => Promise<void> | void {
  const { post } = createBarePost(origin, IN_FLIGHT);
  const onRoom: (() => void)[] = [];
  let inFlight = 0;
  const start = (body: Buffer, onAnswer?: () => void): void => {
    inFlight += 1;
    void post(body).then(() => {
      inFlight -= 1;
      onRoom.shift()?.();
      onAnswer?.();
    });
  };
  return (body, onAnswer) => {
    if (inFlight < IN_FLIGHT) return start(body, onAnswer);
    return new Promise<void>((resolve) => onRoom.push(resolve)).then(() => start(body, onAnswer));
  };
}

class Answer implements Dispatcher.DispatchHandler {
  private status = 0;

  constructor(
    private readonly resolve: () => void,
    private readonly reject: (error: Error) => void,
  ) {}

  onRequestStart(): void {}

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.status = status;
  }

  onResponseData(): void {}

  onResponseEnd(): void {
    if (this.status === 200) this.resolve();
    else this.reject(new Error(`the receiver answered ${this.status}`));
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.reject(error);
  }
}
