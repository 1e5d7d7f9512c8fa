// What a host does before it loads the engine: it starts the thread of the cells, which takes longest, and loads its other part
// from a cache. Rule: loads nothing but that.
export { type ExecutionThread, startExecutionThread } from './host/execution-thread';
export { readSettings } from './host/settings';
export { refuseFewAddresses } from './system/address-space';
export { refuseHomeless } from './system/homes';
export { type LoadedScript, loadOwnScript } from './system/scripts';
