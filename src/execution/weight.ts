// How much an output weighs on its way to the main thread.
// Rule: an estimate, made in less time than sending takes.
import type { Output } from '../api';
import { messageWeight } from '../threads/shared';

/** In bytes, about; at least what any message weighs. */
export function weigh(output: Output): number {
  let weight = messageWeight;
  const pending: unknown[] = [output];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === 'string') weight += value.length;
    else if (value instanceof Uint8Array) weight += value.byteLength;
    else if (typeof value === 'object' && value !== null)
      for (const inner of Object.values(value)) pending.push(inner);
    else weight += 8;
  }
  return weight;
}
