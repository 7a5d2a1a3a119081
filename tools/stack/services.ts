import { SERVICE_FLAGS } from './node-flags.js';
import { join } from 'node:path';
import { startChild } from './child-process.js';
import { REPOSITORY } from './repository.js';
import type { StackSettings } from './settings.js';
import type { Program } from './supervise.js';
import { untilReady } from './until-ready.js';

interface Service {
  readonly name: string;
  readonly port: (settings: StackSettings) => number;
  /** The service's own name for that port. */
  readonly portSetting: string;
}

/** Every service of the stack, each a process of its own. */
export const SERVICES: readonly Service[] = [
  { name: 'router', port: (s) => s.ROUTER_HEALTH_PORT, portSetting: 'HEALTH_PORT' },
  { name: 'delivery-slack', port: (s) => s.DELIVERY_SLACK_HEALTH_PORT, portSetting: 'HEALTH_PORT' },
  { name: 'delivery-teams', port: (s) => s.DELIVERY_TEAMS_HEALTH_PORT, portSetting: 'HEALTH_PORT' },
  { name: 'delivery-email', port: (s) => s.DELIVERY_EMAIL_HEALTH_PORT, portSetting: 'HEALTH_PORT' },
  { name: 'delivery-custom', port: (s) => s.DELIVERY_CUSTOM_HEALTH_PORT, portSetting: 'HEALTH_PORT' },
  { name: 'recorder', port: (s) => s.RECORDER_HEALTH_PORT, portSetting: 'HEALTH_PORT' },
  { name: 'api', port: (s) => s.API_PORT, portSetting: 'API_PORT' },
];

export interface ServiceSurroundings {
  readonly dataDir: string;
  readonly runDir: string;
  readonly settings: StackSettings;
  readonly env: Readonly<NodeJS.ProcessEnv>;
}

export function programOf(service: Service, surroundings: ServiceSurroundings): Program {
  const { dataDir, runDir, settings, env } = surroundings;
  const port = service.port(settings);
  return {
    name: service.name,
    spawn: () =>
      startChild({
        name: service.name,
        command: process.execPath,
        args: [...SERVICE_FLAGS, join(REPOSITORY, 'dist', 'apps', service.name, 'main.js')],
        logFile: join(dataDir, 'logs', `${service.name}.log`),
        env: { ...env, [service.portSetting]: String(port) },
        runDir,
      }),
    ready: (child) => untilReady(child, () => isReady(port)),
  };
}

/** True when the service says that it is ready; else what it waits for, in its own words. */
async function isReady(port: number): Promise<boolean | string> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(5000) });
    if (answer.ok) return true;
    const { error = {} } = (await answer.json()) as { error?: Record<string, { detail?: string; message?: string }> };
    return Object.entries(error)
      .map(([name, { detail, message }]) => `${name}: ${detail ?? message ?? 'not ready'}`)
      .join('; ');
  } catch {
    return false; // it does not listen yet
  }
}
