// Why the system refused something, in words; Node's own message names its calls.
import { getSystemErrorMap } from 'node:util';

/** @returns undefined for what is no error of the system's */
export function systemReason(error: unknown): string | undefined {
  const { errno } = error as NodeJS.ErrnoException;
  return errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1];
}
