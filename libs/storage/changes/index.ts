export { tellChanges } from './change-channel.js';
export { ChangeListener, type ChangeListenerOptions } from './change-listener.js';
