// The only door of the engine: what a host needs to run TypeScript cells.
export type * from './api';
export { createEngine, type EngineOptions } from './host/engine';
export type { ForeignPipes } from './host/foreign-output';
export { readSettings, type Settings } from './host/settings';
export { refuseHomeless } from './system/homes';
export { readMemory } from './system/memory';
