import { data, type Twin } from './twin.js';

const N = 'NetworkPolicy';

/** Of the rule about network policies. */
export const NETWORK_TWINS: readonly Twin[] = [
  [
    'production',
    N,
    'kafka',
    ({ spec }) => void spec.podSelector!.matchExpressions![0]!.values!.shift(),
    /api cannot reach port 9093/,
  ],
  [
    'production',
    N,
    'kafka',
    ({ spec }) => void spec.podSelector!.matchExpressions![0]!.values!.push('x'),
    /kafka names x/,
  ],
  [
    'production',
    N,
    'targets',
    ({ spec }) => void spec.podSelector!.matchExpressions![0]!.values!.push('api'),
    /api may reach port 443/,
  ],
  [
    'production',
    N,
    'targets',
    ({ spec }) => void (spec.egress![0]!.to![0]!.ipBlock!.except = []),
    /opens private ranges: 10/,
  ],
  ['production', N, 'targets', ({ spec }) => void delete spec.egress![0]!.to, /opens private ranges/],
  [
    'production',
    N,
    'mail',
    ({ spec }) => void delete spec.egress![0]!.ports,
    /mail opens all[^]*cannot reach port 465/,
  ],
  ['production', N, 'mail', ({ spec }) => void (spec.podSelector = { matchLabels: { a: 'b' } }), /mail is of no pod/],
  [
    'production',
    N,
    'deny-all',
    ({ spec }) => void (spec.policyTypes = ['Egress']),
    /setup-topics can be reached by every/,
  ],
  ['production', N, 'metrics', ({ spec }) => void delete spec.ingress![0]!.from, /router can be reached by everybody/],
  ['production', N, 'metrics', ({ spec }) => void (spec.ingress = []), /metrics of recorder cannot be scraped/],
  [
    'production',
    N,
    'api',
    ({ spec }) => void (spec.ingress![0]!.ports![0]!.port = 80),
    /port 80 of api, which it has not/,
  ],
  ['local', 'ConfigMap', 'recho-settings', data('KAFKA_BROKERS', 'kafka:29092'), /router cannot reach port 29092/],
];
