// The only door of the engine: what a host needs to run TypeScript cells.
export type * from './engine';
export { createEngine } from './manager';
