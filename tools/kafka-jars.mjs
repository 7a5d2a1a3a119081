// node tools/kafka-jars.mjs: fetches the embedded Kafka's jars with Maven unless they are there, and prints their
// folder. Runs on Node 20, before anything is installed: Node's own modules only.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const POM = join(ROOT, 'tools', 'stack', 'pom.xml');

/** Where the jars are, or will be: another list of them is another folder. */
export function kafkaJarsDir() {
  const list = createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 8);
  return join(ROOT, '.cache', `kafka-${list}`);
}

/**
 * @param {(text: string) => void} say told before a download.
 * @returns {Promise<string>} the folder.
 * @throws Error with one sentence that says what to do.
 */
export async function fetchKafkaJars(say) {
  const dir = kafkaJarsDir();
  if (existsSync(dir)) return dir;
  say('Fetching Apache Kafka with Maven (54 MB, once) …');
  // Whole or not at all; a second fetch at the same time does not disturb this one.
  const unfinished = `${dir}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const clear = () => rmSync(unfinished, { recursive: true, force: true });
  process.once('exit', clear);
  try {
    await maven([
      '-B',
      '-q',
      '-f',
      POM,
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${unfinished}`,
    ]);
    if (!existsSync(dir)) renameSync(unfinished, dir);
  } finally {
    clear();
    process.removeListener('exit', clear);
  }
  return dir;
}

function maven(args) {
  return new Promise((resolve, reject) => {
    const child = spawn('mvn', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = () => child.kill();
    process.once('exit', kill);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', () =>
      reject(
        new Error(
          'Maven is needed once, to fetch Kafka, and there is no mvn on the PATH: install it (Debian: apt-get install ' +
            'maven), or set KAFKA_BROKERS to a Kafka of your own.',
        ),
      ),
    );
    child.once('close', (code) => {
      process.removeListener('exit', kill);
      if (code === 0) return resolve();
      const line = output.split('\n').find((text) => text.includes('ERROR')) ?? output.trim().split('\n').at(-1);
      reject(new Error(`Maven could not fetch Kafka (${line}): with the network back, run this again.`));
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(await fetchKafkaJars((text) => console.error(text)));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
