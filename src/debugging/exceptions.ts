// Which exceptions the thread stops for, and what is said of one.
// Rule: for `uncaught`, V8 must find nothing of the kernel's that catches (execution/runner): a run is told so when it begins.
import type { Debugger, Runtime } from 'node:inspector';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { withoutMarks } from '../compile/keys';
import type { Target } from './target';

export const exceptionFilters = [
  {
    filter: 'all',
    label: 'All exceptions',
    description: 'Stops where an error is thrown, also when it is caught.',
    default: false,
  },
  {
    filter: 'uncaught',
    label: 'Uncaught exceptions',
    description: 'Stops where an error is thrown that nothing catches: one that a cell fails with.',
    default: true,
  },
] as const satisfies readonly DebugProtocol.ExceptionBreakpointsFilter[];

type Filter = (typeof exceptionFilters)[number]['filter'];

const names: readonly string[] = exceptionFilters.map(({ filter }) => filter);

export class Exceptions {
  #state: Filter | 'none' = 'none';

  /** Whether a run that begins must not catch its own failure. */
  get stopsOnFailure(): boolean {
    return this.#state !== 'none';
  }

  /** @throws Error for a filter that there is not */
  async set(
    target: Target,
    { filters }: Pick<DebugProtocol.SetExceptionBreakpointsArguments, 'filters'>,
  ): Promise<void> {
    const unknown = filters.find((filter) => !names.includes(filter));
    if (unknown !== undefined)
      throw new Error(`There is no filter ${JSON.stringify(unknown)} for exceptions: ${names.join(', ')}.`);
    this.#state = filters.includes('all') ? 'all' : filters.includes('uncaught') ? 'uncaught' : 'none';
    await this.attach(target);
  }

  /** Another thread is to stop as the one before. */
  async attach(target: Target): Promise<void> {
    await target.call('Debugger.setPauseOnExceptions', { state: this.#state });
  }

  /** Nobody debugs any more. */
  clear(): void {
    this.#state = 'none';
  }

  /**
   * @param textOf what a value that is no error is like, in a few words
   * @throws Error when the thread has stopped for something else
   */
  async infoOf(
    event: Debugger.PausedEventDataType,
    textOf: (value: Runtime.RemoteObject) => Promise<string>,
  ): Promise<DebugProtocol.ExceptionInfoResponse['body']> {
    const thrown = thrownIn(event);
    if (!thrown) throw new Error('It has not stopped for an exception.');
    const { name, head: brief, stack } = describe(thrown);
    const isBrief = thrown.subtype !== 'error' && thrown.objectId !== undefined;
    const head = isBrief ? `Thrown: ${await textOf(thrown)}` : brief;
    return {
      exceptionId: name,
      description: head,
      breakMode: this.#state === 'all' ? 'always' : 'unhandled',
      details: { message: head, typeName: name, fullTypeName: name, ...(stack && { stackTrace: stack }) },
    };
  }
}

/** What was thrown, if the thread has stopped for that. */
export function thrownIn({ reason, data }: Debugger.PausedEventDataType): Runtime.RemoteObject | undefined {
  return reason === 'exception' || reason === 'promiseRejection' ? (data as Runtime.RemoteObject) : undefined;
}

/** What was thrown, in one line or those of its message; as a failing cell says it. */
export function headOf(thrown: Runtime.RemoteObject): string {
  return describe(thrown).head;
}

function describe(thrown: Runtime.RemoteObject): { name: string; head: string; stack?: string } {
  const { type, subtype, className = type, value, unserializableValue, description } = thrown;
  if (subtype !== 'error') {
    const shown =
      type === 'string' ? `'${value}'` : (unserializableValue ?? description ?? String(value ?? subtype));
    return { name: subtype === 'null' ? 'null' : className, head: withoutMarks(`Thrown: ${shown}`) };
  }
  const stack = withoutMarks(description ?? className);
  return { name: className, head: stack.split(/\n\s+at /, 1)[0]!, stack };
}
