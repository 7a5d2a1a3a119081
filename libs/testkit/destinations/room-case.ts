import type { Room } from '#libs/delivery';
import type { Place } from './destination.conformance.js';

/** What any delivery service must be told, and this time-out; there is nothing behind the addresses. */
export function roomEnvironment(timeoutMs: number): Record<string, string> {
  return {
    DATABASE_URL: 'postgres://127.0.0.1/none',
    SECRETS_KEY: Buffer.alloc(32).toString('base64'),
    DELIVERY_TIMEOUT: `${timeoutMs}ms`,
    ALLOW_HTTP_TARGETS: 'true',
    ALLOW_PRIVATE_TARGETS: 'true',
  };
}

/** `open` of `describeDestination`, for rooms that speak HTTP. @param roomOf makes the room from its environment. */
export function openHttpRoom<Request>(roomOf: (env: Record<string, string>) => Room<Request>) {
  return (
    { host, port, tls }: Place,
    timeoutMs: number,
  ): { readonly room: Room<Request>; readonly target: string } => ({
    room: roomOf(roomEnvironment(timeoutMs)),
    target: `${tls ? 'https' : 'http'}://${host}:${port}/webhook`,
  });
}
