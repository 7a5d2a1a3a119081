import { checkEmailAddress, checkTarget, type EndpointType, type TargetRules } from '#libs/contracts';
import type { FieldFault } from '../http/problem.js';
import type { EndpointChange, NewEndpoint } from './endpoint.schemas.js';

/**
 * What is wrong with these settings of an endpoint; each message completes `<field> …`.
 * @param endpointType of the endpoint as it is: a change does not tell.
 */
export function endpointFaults(
  settings: NewEndpoint | EndpointChange,
  endpointType: EndpointType,
  rules: TargetRules,
): FieldFault[] {
  const { target, authType } = settings;
  const faults: FieldFault[] = [];
  if (authType !== undefined && authType !== 'NONE' && endpointType !== 'CUSTOM') {
    faults.push({ field: 'authType', message: `is ${authType}, which is for CUSTOM endpoints; use NONE` });
  }
  const refused = target === undefined || faults.length > 0 ? null : targetFault(target, endpointType, rules);
  if (refused !== null) faults.push({ field: 'target', message: `is refused: ${refused}` });
  return faults;
}

function targetFault(target: string, endpointType: EndpointType, rules: TargetRules): string | null {
  return endpointType === 'EMAIL' ? checkEmailAddress(target) : checkTarget(target, rules);
}
