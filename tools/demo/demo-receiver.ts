import type { IncomingMessage } from 'node:http';
import { serve, type DemoReceiver } from './serve.js';

/** A request as the receiver understood it. */
export interface Delivery {
  /** `/crm` */
  readonly path: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly callId: string;
  /** The bearer token it came with, null for none. */
  readonly token: string | null;
  /** 1 for the first try. */
  readonly attempt: number;
}

interface Payload {
  readonly eventType: string;
  readonly body: { readonly data: { readonly callId: string } };
}

/** A customer's server, as small as they get. @param answer gives the status of each delivery. */
export function startDemoReceiver(answer: (delivery: Delivery) => number): Promise<DemoReceiver> {
  return serve((request, body, response) => {
    response.writeHead(answer(deliveryOf(request, JSON.parse(body.toString('utf8')) as Payload))).end();
  });
}

function deliveryOf(request: IncomingMessage, { eventType, body }: Payload): Delivery {
  const header = (name: string): string => String(request.headers[name] ?? '');
  return {
    path: request.url ?? '',
    eventId: header('x-recho-event-id'),
    eventType,
    callId: body.data.callId,
    token: /^Bearer (.+)$/.exec(header('authorization'))?.[1] ?? null,
    attempt: Number(header('x-recho-attempt')),
  };
}
