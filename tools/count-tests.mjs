// node tools/count-tests.mjs <jest's JSON>: says how many tests really ran, and fails unless all of them passed.
import { readFileSync } from 'node:fs';

const [, , file] = process.argv;
let result;
try {
  result = JSON.parse(readFileSync(file, 'utf8'));
} catch (error) {
  console.log(`jest left no result (${error.message})`);
  result = { success: false, numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0, numPendingTests: 0 };
}
// A spec file that cannot even be loaded counts as one failure.
const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
const passed = result.numPassedTests;
if (result.numPendingTests > 0) console.log(`${result.numPendingTests} skipped`);
if (passed + failed === 0) console.log('no test ran');
console.log(`${passed} passed, ${failed} failed`);
if (!result.success || failed > 0 || passed === 0) process.exitCode = 1;
