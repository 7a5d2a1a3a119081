import { parseArgs } from 'node:util';
import { runningStack } from '../stack/running-stack.js';
import { tracesOfCall, treeOf, type FoundSpan } from './jaeger-client.js';

/* `npm run trace`: where the time of a call's events went, for a Jaeger without its page, and for a terminal. */

const USAGE = `npm run trace -- <callId> [--jaeger URL]: the trace of each event of the call, as Jaeger has it.

  --jaeger URL    whose query API to ask, for example http://127.0.0.1:16686 (that of npm start)`;

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { jaeger: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) console.log(USAGE);
  else await showTraces(positionals, values.jaeger ?? runningStack()?.jaeger ?? null);
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)} (npm run trace -- --help)`);
  process.exitCode = 1;
}

async function showTraces([callId, ...others]: readonly string[], jaeger: string | null): Promise<void> {
  if (callId === undefined || others.length > 0) throw new Error('expected one callId');
  if (jaeger === null) {
    throw new Error(
      'no npm start with a Jaeger runs here: npm run jaeger:build and start again, or name one with --jaeger',
    );
  }
  const traces = await tracesOfCall(jaeger, callId);
  if (traces.length === 0) {
    throw new Error(
      `Jaeger at ${jaeger} has no trace of call ${callId}: spans arrive seconds after the attempt, and that of npm start forgets all when it ends`,
    );
  }
  for (const trace of traces) console.log([titleOf(trace), ...treeOf(trace), ''].join('\n'));
}

function titleOf(trace: readonly FoundSpan[]): string {
  const { traceId, tags } = trace.find((span) => span.tags['recho.event.id'] !== undefined) ?? trace[0]!;
  return `${String(tags['recho.event.type'] ?? 'event')} ${String(tags['recho.event.id'] ?? '')}, trace ${traceId}`;
}
