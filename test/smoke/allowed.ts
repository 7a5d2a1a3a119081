import { mebibytes, renderOverlay, workloadsOf } from '../manifests/objects.js';

/** What the production manifests allow a service. */
export interface Allowed {
  readonly memoryMiB: number;
  /** From SIGTERM to SIGKILL. */
  readonly drainMs: number;
}

/** @throws Error when there is no kubectl, or no such deployment. */
export function allowedInProduction(): (service: string) => Allowed {
  const workloads = workloadsOf(renderOverlay('production'));
  return (service) => {
    const found = workloads.find(({ kind, name }) => kind === 'Deployment' && name === service);
    if (found === undefined) throw new Error(`the production manifests have no deployment ${service}`);
    const { pod, container } = found;
    // The grace period begins before the hook that waits in front of SIGTERM.
    const seconds = (pod.terminationGracePeriodSeconds ?? 30) - (container.lifecycle?.preStop?.sleep?.seconds ?? 0);
    return { memoryMiB: mebibytes(container.resources?.limits?.['memory']), drainMs: seconds * 1000 };
  };
}
