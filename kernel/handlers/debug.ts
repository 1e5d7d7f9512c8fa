// debug_request: answers of a kernel without a debugger (messaging spec: Debug request; JEP 47).
// Rule: every request gets a response, or its sender waits for ever.
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import type { Json } from '../../src';
import type { Handlers } from '../requests';

export function debugHandlers(): Pick<Handlers, 'debug_request'> {
  return {
    debug_request({ seq, command }) {
      const response = { type: 'response', request_seq: seq, command } as const;
      const body = withoutDebugger[command];
      return body === undefined
        ? {
            ...response,
            success: false,
            message: `This kernel has no debugger: ${command} is not supported.`,
          }
        : { ...response, success: true, body };
    },
  };
}

/** What front ends ask for although nobody debugs. */
const withoutDebugger: { readonly [command: string]: Json | undefined } = {
  modules: { modules: [], totalModules: 0 },
  debugInfo: {
    isStarted: false,
    hashMethod: 'Murmur2',
    hashSeed: 0xc70f6907,
    tmpFilePrefix: join(tmpdir(), `ipykernel_tsk_${process.pid}`) + sep,
    tmpFileSuffix: '.ts',
    breakpoints: [],
    stoppedThreads: [],
    richRendering: false,
    exceptionPaths: [],
    copyToGlobals: false,
  },
};
