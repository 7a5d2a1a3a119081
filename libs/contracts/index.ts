export * from './attempt.js';
export * from './call-event.js';
export * from './endpoint.js';
export * from './event-types.js';
export * from './job.js';
export * from './source-mark.js';
