// The errors with which the kernel answers a request itself, by name, and what each means. What a cell's own error is
// called, the engine says.
// Rule: clients switch on these names, so every one is in this list, and docs/errors.md has the same.
import type { EngineErrorName } from '../src';
import type { Failure } from './messages';

export const protocolErrors = {
  ExecutionAborted:
    'The cell did not run, because a cell before it failed, its subshell was deleted or the kernel shuts down.',
  RequestError: 'The request lacks a field, or a field has the wrong type; the message names it.',
  UnknownSubshellError: 'The request names a subshell that does not exist.',
} as const;

/** A failure inside the kernel is called the same on both sides of the engine's door. */
export type ProtocolErrorName = keyof typeof protocolErrors | Extract<EngineErrorName, 'KernelError'>;

/** The answer to a request that could not be served. */
export function failure(name: ProtocolErrorName, message: string): Failure {
  return { status: 'error', ename: name, evalue: message, traceback: [`${name}: ${message}`] };
}

/** A request that lacks a field or has nonsense in it. */
export class RequestError extends Error {
  override readonly name = 'RequestError' satisfies ProtocolErrorName;
}

/** The answer to a request whose handler threw. */
export function failureOf(thrown: unknown, message: string): Failure {
  return failure(thrown instanceof RequestError ? thrown.name : 'KernelError', message);
}
