import type { OnApplicationShutdown } from '@nestjs/common';

/** A service's connections, as a provider. Closed last: the consumer and requests under way still use them. */
export class Connections implements OnApplicationShutdown {
  constructor(private readonly close: () => readonly Promise<unknown>[]) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.close());
  }
}
