// Puts the hooks into Node's loaders, over tsx, which finds and translates local TypeScript.
// Rule: loaded when a cell first imports something that may need it; a notebook without local modules never pays for it.
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createHooks, type HookOptions, type HookOrder } from './hooks';
import { findUpwards } from './lookup';

export interface Loader {
  order(order: HookOrder): void;
}

interface NewerNode {
  /** Since Node 22.15. */
  registerHooks?(hooks: object): void;
}

/** @param project where packages are looked for last */
export async function installLoader(directory: string, project: string | undefined): Promise<Loader> {
  const tsconfig = findUpwards(directory, 'tsconfig.json');
  const { register } = await import('tsx/esm/api');
  const { register: registerRequire } = await import('tsx/cjs/api');
  register({ tsconfig: tsconfig ?? false });
  registerRequire();
  const { port1, port2 } = new MessageChannel();
  installHooks({ directory, project, port: port2 });
  port1.unref();
  return { order: (order) => port1.postMessage(order) };
}

function installHooks(options: HookOptions & { port: MessagePort }): void {
  const { registerHooks } = nodeModule as NewerNode;
  if (registerHooks) registerHooks(createHooks(options));
  else {
    nodeModule.register(pathToFileURL(join(__dirname, 'hooks.cjs')), {
      data: options,
      transferList: [options.port],
    });
  }
}

/** Whether code belongs to the loader that the kernel brought along: its frames are of no interest. */
export function isLoaderFile(file: string): boolean {
  return /[\\/]node_modules[\\/]tsx[\\/]dist[\\/]/.test(file);
}
