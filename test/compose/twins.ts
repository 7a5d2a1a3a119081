import type { ComposeService } from './document.js';
import type { Ground } from './ground.js';

/** What is broken, and what must be told. */
export type Twin = readonly [(ground: Ground) => void, RegExp];

const service = (name: string, change: (one: ComposeService) => void) => (ground: Ground) =>
  change(ground.compose.services[name]!);
const env = (name: string, variable: string, value: string) =>
  service(name, (one) => void (one.environment = { ...one.environment, [variable]: value }));
const without = (name: string, variable: string) => service(name, (one) => void delete one.environment![variable]);

/** For each rule, ways to break it, one thing at a time. */
export const TWINS: Readonly<Record<string, readonly Twin[]>> = {
  'every program is there and runs as in a cluster; the image is built once': [
    [({ compose }) => void delete compose.services['router'], /there is no router/],
    [
      service('recorder', (one) => void (one.command![1] = 'dist/apps/api/main.js')),
      /recorder runs "node dist.apps.api/,
    ],
    [service('setup-topics', (one) => void one.command!.pop()), /setup-topics runs/],
    [service('api', (one) => void (one.image = 'recho-notify:v1')), /api has the image recho-notify:v1/],
    [
      service('api', (one) => void (one.build = { context: '.', dockerfile: 'Dockerfile' })),
      /no Dockerfile to[^]*what is built is/,
    ],
    [service('setup-topics', (one) => void delete one.build), /what is built is ""/],
  ],
  'every variable is a setting that the program reads, and its settings object takes what is given': [
    [env('router', 'RETENTION_DAYS', '3'), /router has RETENTION_DAYS, which it does not read/],
    [env('setup-migrate', 'PARTITIONS', '6'), /setup-migrate has PARTITIONS/],
    [env('api', 'NODE_OPTIONS_', ''), /api has NODE_OPTIONS_/],
    [env('router', 'HOST', '127.0.0.1'), /router cannot be reached/],
    [env('setup-topics', 'PARTITIONS', 'six'), /setup-topics: PARTITIONS is "six"/],
    [without('delivery-email', 'MAIL_FROM'), /delivery-email: MAIL_FROM is not set/],
    [without('setup-migrate', 'DATABASE_URL'), /setup-migrate: DATABASE_URL is not set/],
  ],
  'settings are those of the local cluster': [
    [env('delivery-slack', 'ALLOW_PRIVATE_TARGETS', 'false'), /ALLOW_PRIVATE_TARGETS of delivery-slack is not/],
    [without('router', 'OTEL_EXPORTER_OTLP_ENDPOINT'), /OTEL_EXPORTER_OTLP_ENDPOINT of router/],
    [env('setup-topics', 'RETRY_LADDER', '5s'), /RETRY_LADDER of setup-topics/],
    [env('recorder', 'HEALTH_PORT', '8087'), /HEALTH_PORT of recorder/],
  ],
  'a service has longer to end than its own bound': [
    [service('api', (one) => void (one.stop_grace_period = '25s')), /api is killed after 25000 ms/],
    [service('router', (one) => void delete one.stop_grace_period), /router is killed after 10000 ms/],
    [env('recorder', 'SHUTDOWN_TIMEOUT', '40s'), /recorder is killed after 40000 ms/],
  ],
  'a program starts when what it needs is there, and services start again': [
    [service('api', (one) => void delete one.depends_on!['setup-migrate']), /api does not wait for setup-migrate/],
    [
      service('router', (one) => void (one.depends_on!['setup-topics']!.condition = 'service_started')),
      /router does not wait for setup-topics: service_completed_successfully/,
    ],
    [service('setup-topics', (one) => void delete one.depends_on), /setup-topics does not wait for kafka/],
    [service('setup-migrate', (one) => void (one.restart = 'always')), /policy of setup-migrate is always, not no/],
    [service('recorder', (one) => void (one.restart = 'no')), /policy of recorder is no/],
    [service('kafka', (one) => void delete one.healthcheck), /api waits for kafka, which says nothing/],
    [({ compose }) => void delete compose.services['inbox'], /delivery-email waits for inbox/],
  ],
  'every service is asked for its health': [
    [service('router', (one) => void delete one.healthcheck), /in several ways/],
    [service('router', (one) => void (one.healthcheck!.test = ['CMD', 'true'])), /in several ways/],
    [service('kafka', (one) => void (one.healthcheck!.interval = 'ten')), /interval of kafka's health check is ten/],
    [without('delivery-teams', 'HEALTH_PORT'), /delivery-teams says no port/],
  ],
  'delivery services reach a receiver on this machine': [
    [service('delivery-custom', (one) => void delete one.extra_hosts), /delivery-custom does not know/],
  ],
  'no container has privileges': [
    [service('kafka', (one) => void (one.privileged = true)), /kafka has privileged/],
    [service('jaeger', (one) => void Object.assign(one, { network_mode: 'host' })), /jaeger has network_mode/],
    [service('postgres', (one) => void (one.cap_drop = ['NET_RAW'])), /postgres keeps capabilities/],
    [service('inbox', (one) => void delete one.security_opt), /inbox may get new privileges/],
    [service('api', (one) => void (one.user = '0:0')), /api may run as root/],
    [service('grafana', (one) => void delete one.user), /grafana may run as root/],
    [service('setup-migrate', (one) => void delete one.read_only), /setup-migrate may write to its root/],
  ],
  'versions, memory and servers are those of the local cluster': [
    [service('kafka', (one) => void (one.image = 'apache/kafka:4.2.0')), /image of kafka is apache.kafka:4\.2\.0/],
    [service('postgres', (one) => void (one.mem_limit = '1g')), /memory in MiB of postgres is 1024/],
    [service('router', (one) => void delete one.mem_limit), /memory in MiB of router is NaN/],
    [service('postgres', (one) => void (one.user = '1000:1000')), /user of postgres/],
    [service('inbox', (one) => void delete one.read_only), /read_only of inbox is false/],
    [env('kafka', 'KAFKA_AUTO_CREATE_TOPICS_ENABLE', 'true'), /KAFKA_AUTO_CREATE_TOPICS_ENABLE of kafka is true/],
    [env('kafka', 'KAFKA_PORT', '9092'), /KAFKA_PORT of kafka is 9092, in the local cluster undefined/],
    [without('postgres', 'POSTGRES_DB'), /POSTGRES_DB of postgres is undefined/],
    [({ compose }) => void delete compose.services['jaeger'], /there is no jaeger/],
  ],
  'images have a version, and memory a bound': [
    [service('grafana', (one) => void (one.image = 'grafana/grafana')), /grafana, grafana.grafana, has no version/],
    [service('prometheus', (one) => void (one.image = 'prom/prometheus:latest')), /prometheus, .* has no version/],
    [service('grafana', (one) => void delete one.mem_limit), /memory of grafana has no bound/],
  ],
  'what is published is on loopback alone, listened on, and documented': [
    [service('api', (one) => void (one.ports = ['8080:8080'])), /api is open to others: 8080:8080/],
    [service('api', (one) => void (one.ports = ['0.0.0.0:8080:8080'])), /api is open to others/],
    [service('router', (one) => void (one.ports = ['127.0.0.1:8081:8082'])), /router does not listen on 8082/],
    [service('inbox', (one) => void (one.ports = ['127.0.0.1:1080:80'])), /inbox does not listen on 80/],
    [service('jaeger', (one) => void one.ports!.pop()), /port 4318 is published or in docs/],
    [service('grafana', (one) => void (one.ports = ['127.0.0.1:3000:3000'])), /port 3000 is.*[^]*port 3001 is/],
    [service('grafana', (one) => void (one.ports = ['127.0.0.1:9090:3000'])), /port 9090 is published twice/],
  ],
  'Kafka tells each client an address that it reaches': [
    [env('kafka', 'KAFKA_ADVERTISED_LISTENERS', 'PLAINTEXT://kafka:9092'), /a program of this machine no address/],
    [
      env('kafka', 'KAFKA_ADVERTISED_LISTENERS', 'PLAINTEXT://localhost:9092,HOST://127.0.0.1:9092'),
      /its clients localhost:9092[^]*KAFKA_BROKERS of api/,
    ],
    [service('kafka', (one) => void (one.ports = ['127.0.0.1:9092:9092'])), /its clients 127\.0\.0\.1:9092, where/],
    [env('router', 'KAFKA_BROKERS', 'kafka:19092'), /KAFKA_BROKERS of router/],
  ],
  'Prometheus scrapes every service, and Grafana reads from it': [
    [({ scraped }) => void scraped.pop(), /does not scrape recorder:8086/],
    [({ scraped }) => void scraped.push('worker:8087'), /scrapes worker:8087, where nothing is/],
    [env('router', 'HEALTH_PORT', '9'), /does not scrape router:9[^]*scrapes router:8081, where nothing/],
    [(ground) => void (ground.datasource = 'http://metrics:9090'), /reads from http:..metrics:9090/],
  ],
  'what is mounted is there, and only to be read': [
    [
      service('prometheus', (one) => void (one.volumes![0] = './deploy/prom:/etc/prometheus:ro')),
      /mounts .\/deploy\/prom,/,
    ],
    [service('prometheus', (one) => void one.volumes!.push('/var/run/docker.sock:/sock:ro')), /mounts .var.run.docker/],
    [service('grafana', (one) => void (one.volumes![0] = './deploy/grafana:/x')), /grafana may write to/],
    [({ compose }) => void delete compose.volumes['kafka'], /kafka mounts kafka, which is no volume/],
    [({ compose }) => void (compose.volumes['mails'] = null), /nobody mounts the volume mails/],
    [(ground) => void (ground.dashboards = '/dashboards'), /no dashboards at .dashboards/],
  ],
  'a variable of docker-compose.yml stands in .env.example with its default, and no other does': [
    [({ variables }) => void (variables['LOG_LEVEL'] = 'info'), /LOG_LEVEL is undefined in .env.example/],
    [({ example }) => void (example['LOG_LEVEL'] = 'info'), /LOG_LEVEL is info in .env.example, and undefined/],
    [({ example }) => void (example['ADMIN_TOKEN'] = 'another'), /ADMIN_TOKEN is another/],
  ],
};
