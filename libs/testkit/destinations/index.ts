export * from './destination.conformance.js';
export { startHttpPeer } from './http-peer.js';
export type { Behaviour, Peer } from './peer.js';
export { openHttpRoom, roomEnvironment } from './room-case.js';
export { startSmtpPeer } from './smtp-peer.js';
