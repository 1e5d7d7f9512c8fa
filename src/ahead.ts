// What a host does before it loads the engine: it starts the thread of the cells, which takes longest. Rule: loads nothing
// but that.
export { type ExecutionThread, startExecutionThread } from './host/execution-thread';
export { readSettings } from './host/settings';
export { refuseHomeless } from './system/homes';
