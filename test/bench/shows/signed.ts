import { SecretBox } from '#libs/runtime';
import { insertKey, newKeyPair } from '../../../apps/api/credentials/key-pair.js';
import { registerCustomer } from '../../harness/customer.js';
import { cpuPerThousand } from '../process-usage.js';
import { SECRETS_KEY } from '../programs.js';
import { startReceiver } from '../receiver-process.js';
import { measure, preloadDelivery, type ThroughputRun } from '../throughput.js';
import { opensslSigns } from './openssl.js';
import { figure, type Show } from './show.js';

/* What an RSA signature for each delivery costs, beside what OpenSSL makes of the same machine. */

export const signed: Show = async ({ ground, options, round, say }) => {
  const receiver = await startReceiver(ground, 'receiver-of-show');
  try {
    const openssl = { one: await opensslSigns(1), all: await opensslSigns(2) };
    say(
      `signed, round ${round}: openssl signs ${openssl.one.toFixed(0)}/s with one process, ${openssl.all.toFixed(0)}/s with two`,
    );
    const measureAs = async (authType: 'NONE' | 'SIGNATURE_RSA_SHA256'): Promise<ThroughputRun> => {
      const targets = [`${receiver.origin}/webhook`];
      const { projectId, endpointIds } = await registerCustomer(ground.databaseUrl, targets, { authType });
      if (authType !== 'NONE') {
        const pair = await newKeyPair(new SecretBox([Buffer.from(SECRETS_KEY, 'base64')]));
        await ground.database.transaction((manager) => insertKey(manager, endpointIds[0]!, pair));
      }
      const shape = { activeCalls: options.activeCalls, eventsPerCall: options.eventsPerCall };
      const { events, profile } = options;
      const setup = { ground, receiver, projectId, events, shape, ...(profile !== undefined && { profile }) };
      const run = await measure(setup, await preloadDelivery(setup, `${authType.slice(0, 4)}${round}`));
      say(`signed, round ${round}: ${authType}: ${run.perSecond.toFixed(0)} deliveries/s`);
      return run;
    };
    const plain = await measureAs('NONE');
    const withKey = await measureAs('SIGNATURE_RSA_SHA256');
    const cpu = (run: ThroughputRun): number => cpuPerThousand(run.usage, options.events);
    return {
      figures: [
        figure('openssl speed rsa2048, one process', openssl.one, 'signatures/s'),
        figure('openssl speed rsa2048, two processes', openssl.all, 'signatures/s'),
        figure('delivery-custom alone, not signed', plain.perSecond, '/s'),
        figure('delivery-custom alone, signed', withKey.perSecond, '/s'),
        figure('signed / openssl with one process', withKey.perSecond / openssl.one, '', 2),
        figure('signed / openssl with two processes', withKey.perSecond / openssl.all, '', 2),
        figure('not signed, CPU s per 1,000', cpu(plain), '', 3),
        figure('signed, CPU s per 1,000', cpu(withKey), '', 3),
        figure('a signature by openssl, CPU s per 1,000', 1000 / openssl.one, '', 3),
      ],
      faults: [...plain.faults, ...withKey.faults],
    };
  } finally {
    await receiver.child.stop(2000);
  }
};
