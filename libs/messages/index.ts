export * from './custom.js';
export * from './email.js';
export * from './slack.js';
export * from './teams.js';
