export * from './attempt-record.js';
export * from './destinations/index.js';
export * from './kafka.js';
export * from './loopback.js';
export * from './memory-lane-store.js';
export * from './postgres.js';
export * from './scripted-receiver.js';
export { processesOfRun, testRunDir, uniqueName } from './test-run.js';
export * from './wait-for.js';
