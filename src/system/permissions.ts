// What Node's permission model allows this thread (docs/security.md).
// Rule: without the model everything is allowed; a file that may not be read counts as missing.
import { existsSync } from 'node:fs';

type Scope = 'inspector' | 'worker';

const { permission } = process as { permission?: { has(scope: Scope): boolean } };

export const isConfined = permission !== undefined;

/** Whether this thread may use the inspector or start threads. */
export function isAllowed(scope: Scope): boolean {
  return !permission || permission.has(scope);
}

/** An error like those that Node throws when something is not allowed. */
export function denial(permission: string): Error {
  const message = 'Access to this API has been restricted';
  return Object.assign(new Error(message), { code: 'ERR_ACCESS_DENIED', permission });
}

/** Like existsSync, which throws where reading is not allowed. */
export function isThere(path: string): boolean {
  try {
    return existsSync(path);
  } catch {
    return false;
  }
}
