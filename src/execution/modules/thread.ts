// Entry of the hooks in Node's own thread for loaders: what `module.register` loads where Node knows no hooks in the
// user's thread.
import { createHooks, type HookOptions, type Hooks } from './hooks';

let hooks: Hooks;

export function initialize(options: HookOptions): void {
  hooks = createHooks(options);
}

export const resolve: Hooks['resolve'] = (...rest) => hooks.resolve(...rest);
export const load: Hooks['load'] = (...rest) => hooks.load(...rest);
