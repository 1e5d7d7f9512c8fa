// What the addon of ZeroMQ is like here: its version, and whether it encrypts.
// Rule: asked in a process of its own, since a native module that does not fit can abort the one that loads it.
import { spawnSync } from 'node:child_process';

export interface ZeromqBuild {
  readonly version: string;
  /** A new pair of keys, where it was built with CurveZMQ. */
  readonly keys?: { readonly publicKey: string; readonly secretKey: string };
}

/** @returns what the addon says of itself, once it has been loaded into this process */
export async function loadZeromq(): Promise<ZeromqBuild> {
  const { version, capability, curveKeyPair } = await import('zeromq');
  return { version, ...(capability.curve && { keys: curveKeyPair() }) };
}

/**
 * Asks this command, run again.
 * @param command its file
 * @throws Error with the reason when the addon does not load
 */
export function inspectZeromq(command: string): ZeromqBuild {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, 'probe'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(/^.*Error.*$/m.exec(stderr)?.[0] ?? `node ended with ${status}`);
  return JSON.parse(stdout) as ZeromqBuild;
}
