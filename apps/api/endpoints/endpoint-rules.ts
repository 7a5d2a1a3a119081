import { checkTarget, type TargetRules } from '#libs/contracts';
import type { FieldFault } from '../http/problem.js';
import type { EndpointChange, NewEndpoint } from './endpoint.schemas.js';

/** What is wrong with these settings of an endpoint; each message completes `<field> …`. */
export function endpointFaults(settings: NewEndpoint | EndpointChange, rules: TargetRules): FieldFault[] {
  const { target, authType } = settings;
  const endpointType = 'endpointType' in settings ? settings.endpointType : undefined;
  const faults: FieldFault[] = [];
  // Nobody would take its jobs: they would pile up unseen.
  if (endpointType !== undefined && endpointType !== 'CUSTOM') {
    faults.push({
      field: 'endpointType',
      message: `is ${endpointType}, and this version delivers to CUSTOM endpoints only; the others come with a later version`,
    });
  }
  if (authType === 'SIGNATURE_RSA_SHA256') {
    faults.push({
      field: 'authType',
      message: 'is SIGNATURE_RSA_SHA256, whose keys come with a later version; use NONE or BEARER',
    });
  }
  const refused = target === undefined || faults.length > 0 ? null : checkTarget(target, rules);
  if (refused !== null) faults.push({ field: 'target', message: `is refused: ${refused}` });
  return faults;
}
