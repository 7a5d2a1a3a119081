export * from './change-settings.js';
export * from './data-source.js';
export * from './endpoint-table.js';
export { BearerTokenEntity } from './entities/bearer-token.entity.js';
export { EndpointEntity } from './entities/endpoint.entity.js';
export { ProjectEntity } from './entities/project.entity.js';
export { TriggerEntity } from './entities/trigger.entity.js';
export * from './settings-snapshot.js';
export * from './settings-ready.js';
