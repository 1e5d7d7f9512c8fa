// What V8 and Node say of errors of their own making, where it has to be asked of accessors.
// Rule: runs nothing of the value's own but what makes its stack.
import { findProperty } from './builtins';

const { get } = Reflect;
const { isNativeError } = require('node:util/types') as typeof import('node:util/types');
const NativeException = DOMException;

/** Whether a value is an error by what V8 and Node made it. Runs no code. On Node 20 a DOMException is no native error. */
export const isException = (value: object): boolean =>
  isNativeError(value) || findProperty(value, 'message')?.owner === NativeException.prototype;

/** A property's value; that of an accessor only where it is V8's or Node's own. */
export function readProperty(target: object, name: string): unknown {
  const { owner, descriptor } = findProperty(target, name) ?? {};
  // Newer versions of V8 make `stack` an own accessor, and what a DOMException says is one of Node's.
  const isSafe = name === 'stack' || owner === NativeException.prototype;
  if (!descriptor?.get || !isSafe) return descriptor?.value;
  try {
    return get(target, name);
  } catch {
    // Only the prototype is a DOMException's.
    return undefined;
  }
}
