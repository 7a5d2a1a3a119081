// `npm run traces`: an event's trace in a real Jaeger (test/traces/main.ts).
import { buildJaeger } from './jaeger.mjs';
import { launch } from './launch.mjs';

try {
  const JAEGER_BIN = process.env.JAEGER_BIN || buildJaeger((text) => console.log(text));
  await launch('traces', 'dist/test/traces/main.js', (dir) => ({ TEST_RUN_DIR: dir, JAEGER_BIN }));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
