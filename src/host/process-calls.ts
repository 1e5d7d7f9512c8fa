// Does to the process what the cells' thread may not do itself. Rule: what Node says of it is what the cell is told.
import type { PerformedCall, ProcessCall } from '../threads/execution-protocol';

export function performCall(call: ProcessCall, given: readonly unknown[]): PerformedCall {
  try {
    const perform = Reflect.get(process, call) as (...given: unknown[]) => unknown;
    return { value: Reflect.apply(perform, process, given) };
  } catch (thrown) {
    const { name, message, ...properties } = thrown as NodeJS.ErrnoException;
    return { error: { name, message, properties } };
  }
}
