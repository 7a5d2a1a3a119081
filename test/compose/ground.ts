import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { REPOSITORY } from '../../tools/stack/repository.js';
import { renderOverlay, workloadsOf, type Cluster, type Workload } from '../manifests/objects.js';
import { readCompose, variablesOf, type Compose } from './document.js';

/** docker-compose.yml and what it is held to. */
export interface Ground {
  compose: Compose;
  /** What a .env may set, with the default in docker-compose.yml. */
  variables: Record<string, string>;
  /** .env.example */
  example: NodeJS.Dict<string>;
  /** The ports of this machine in the table of docs/compose.md. */
  documented: number[];
  /** host:port of what deploy/prometheus scrapes. */
  scraped: string[];
  /** The URL of the Prometheus that deploy/grafana reads. */
  datasource: string;
  /** Where deploy/grafana expects its dashboards. */
  dashboards: string;
  /** deploy/k8s/overlays/local, which is the same product. */
  cluster: Cluster;
  /** Its workloads, by their names. */
  local: Record<string, Workload>;
}

const read = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8');

export function readGround(): Ground {
  const text = read('docker-compose.yml');
  const { scrape_configs: scrapes } = parse(read('deploy/prometheus/prometheus.yml')) as {
    scrape_configs: { static_configs: { targets: string[] }[] }[];
  };
  const { datasources } = parse(read('deploy/grafana/provisioning/datasources/prometheus.yml')) as {
    datasources: [{ url: string }];
  };
  const { providers } = parse(read('deploy/grafana/provisioning/dashboards/recho.yml')) as {
    providers: [{ options: { path: string } }];
  };
  const cluster = renderOverlay('local');
  return {
    compose: readCompose(text),
    variables: variablesOf(text),
    example: parseEnv(read('.env.example')),
    documented: [...read('docs/compose.md').matchAll(/^\| `(?:https?:\/\/)?127\.0\.0\.1:(\d+)/gm)].map(([, port]) =>
      Number(port),
    ),
    scraped: scrapes.flatMap((scrape) => scrape.static_configs.flatMap(({ targets }) => targets)),
    datasource: datasources[0].url,
    dashboards: providers[0].options.path,
    cluster,
    local: Object.fromEntries(workloadsOf(cluster).map((workload) => [workload.name, workload])),
  };
}
