export * from './kafka.js';
export * from './loopback.js';
export * from './postgres.js';
export * from './scripted-receiver.js';
export { uniqueName } from './test-run.js';
export * from './wait-for.js';
