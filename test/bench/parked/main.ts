import { parseArgs } from 'node:util';
import { measureBacklog } from './backlog.js';
import { measureStartUp } from './start-up.js';

/* Issue: many parked lanes. What a backlog costs in memory, how fast it drains, how soon a new owner attempts. */

const { values } = parseArgs({
  options: {
    heads: { type: 'string', default: '2000' },
    followers: { type: 'string', default: '200000' },
    lanes: { type: 'string', default: '100000' },
    only: { type: 'string' },
  },
});
const startedAt = performance.now();
const say = (text: string): void =>
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${text}`);
const row = (what: string, value: string): void => console.log(`  ${what.padEnd(52)} ${value.padStart(12)}`);

process.once('disconnect', () => process.exit(130));
try {
  if (values.only !== 'start-up') {
    const result = await measureBacklog({ heads: Number(values.heads), followers: Number(values.followers) }, say);
    row('followers parked', `${result.parkedPerSecond.toFixed(0)} /s`);
    row('memory with the heads parked', `${result.before.toFixed(0)} MiB`);
    row('  more at most, while followers are parked', `${(result.peakParking - result.before).toFixed(0)} MiB`);
    row('  more at most, while they drain', `${(result.peakDraining - result.before).toFixed(0)} MiB`);
    row('drained', `${result.drainedPerSecond.toFixed(0)} /s`);
    row('calls out of order', String(result.disorder));
  }
  if (values.only !== 'backlog') {
    for (const wakeUps of ['out', 'none'] as const) {
      const result = await measureStartUp({ lanes: Number(values.lanes), wakeUps }, say);
      row(`${values.lanes} parked lanes, wake-ups ${wakeUps}: taken over in`, `${result.takenOverMs.toFixed(0)} ms`);
      row('  first attempt, from the assignment', `${result.firstAttemptMs.toFixed(0)} ms`);
      row('  memory', `${result.memoryMiB.toFixed(0)} MiB`);
    }
  }
  process.exit(0);
} catch (error) {
  console.error(error);
  process.exit(1);
}
