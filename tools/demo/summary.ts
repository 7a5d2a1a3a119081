/** What the API's list of deliveries says of one. */
export interface DeliveryRow {
  readonly callId: string;
  readonly status: string;
}

export interface DemoOutcome {
  readonly calls: number;
  readonly events: number;
  /** Deliveries that the triggers ask for. */
  readonly expected: number;
  /** From the API. */
  readonly rows: readonly DeliveryRow[];
  /** Arrivals that the receiver saw out of order. */
  readonly outOfOrder: number;
  readonly apiUrl: string;
  readonly projectId: string;
  readonly adminToken: string;
}

export function isSettled({ status }: DeliveryRow): boolean {
  return status === 'delivered' || status === 'dead_lettered';
}

/** What came of the demo, as the API's history has it, and how to look at it. */
export function summaryOf(outcome: DemoOutcome): string[] {
  const { calls, events, expected, rows, outOfOrder, apiUrl, projectId, adminToken } = outcome;
  const delivered = rows.filter(({ status }) => status === 'delivered').length;
  const dead = rows.filter(({ status }) => status === 'dead_lettered');
  const missing = expected - delivered - dead.length;
  const curl = (query: string): string =>
    `  curl -s -H 'Authorization: Bearer ${adminToken}' '${apiUrl}/v1/projects/${projectId}/deliveries?${query}'`;
  return [
    `The demo: ${calls} calls, ${events} events, ${expected} deliveries: ${delivered} delivered, ` +
      (outOfOrder === 0 ? 'every call in order' : `${outOfOrder} OUT OF ORDER`) +
      `, ${dead.length} dead-lettered${missing > 0 ? `, ${missing} not settled yet` : ''}.`,
    ...(dead.length === 0
      ? []
      : [
          'The dead letters are in the topic deliveries.custom.dlq. The API shows them, and why:',
          curl('status=dead_lettered&limit=20'),
          'One call, with everything that was delivered for it:',
          curl(`callId=${dead[0]?.callId}`),
        ]),
  ];
}
