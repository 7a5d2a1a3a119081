export * from './custom.js';
export * from './email.js';
export * from './slack.js';
export * from './teams.js';
export * from './user-agent.js';
export * from './webhook.js';
