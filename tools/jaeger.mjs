// `npm run jaeger:build`: builds Jaeger from its Go module, once (three to five minutes), for machines without its
// container image; and where `npm start` finds one. Runs on Node 20, before anything is installed: Node's own modules only.
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildGo, builtGo } from './go-build.mjs';

/**
 * The Jaeger that `npm start` runs: that of JAEGER_BIN, one on the PATH, or the one that was built here.
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ bin: string | null, fault: string | null }} bin null: there is none, or traces go elsewhere.
 */
export function findJaeger(env, built = builtGo('jaeger', 'jaeger')) {
  if (env.OTEL_EXPORTER_OTLP_ENDPOINT) return { bin: null, fault: null };
  if (env.JAEGER_BIN) {
    return isProgram(env.JAEGER_BIN)
      ? { bin: env.JAEGER_BIN, fault: null }
      : {
          bin: null,
          fault: `JAEGER_BIN is ${env.JAEGER_BIN}, which is no program that can be run: correct it, or unset it to start without traces.`,
        };
  }
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((dir) => join(dir, 'jaeger'));
  return { bin: [...onPath, built].find(isProgram) ?? null, fault: null };
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** @throws Error with one sentence that says what to do. */
export function buildJaeger(say) {
  return buildGo('jaeger', 'jaeger', 'github.com/jaegertracing/jaeger/cmd/jaeger', {
    what: 'Jaeger',
    instead: ', or run the image jaegertracing/jaeger and set OTEL_EXPORTER_OTLP_ENDPOINT',
    starting: 'Building Jaeger with Go (once, three to five minutes) …',
    say,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(buildJaeger((text) => console.error(text)));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
