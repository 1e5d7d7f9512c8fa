// Which exceptions the thread stops for, and what is said of one.
// Rule: for `uncaught`, V8 must find nothing of the kernel's that catches (execution/runner): a run is told so when it begins.
import type { Debugger, Runtime } from 'node:inspector';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { withoutMarks } from '../compile/keys';
import { shortenText } from '../threads/description';
import type { Target } from './target';
import { describePrimitive } from './values';

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
    const { type, subtype, className = type } = thrown;
    const name = subtype === 'null' ? 'null' : className;
    const head = await headOf(thrown, textOf);
    const stackTrace = stackOf(thrown);
    return {
      exceptionId: name,
      description: head,
      breakMode: this.#state === 'all' ? 'always' : 'unhandled',
      details: { message: head, typeName: name, fullTypeName: name, ...(stackTrace && { stackTrace }) },
    };
  }
}

/** What was thrown, if the thread has stopped for that. */
export function thrownIn({ reason, data }: Debugger.PausedEventDataType): Runtime.RemoteObject | undefined {
  return reason === 'exception' || reason === 'promiseRejection' ? (data as Runtime.RemoteObject) : undefined;
}

/**
 * What was thrown, in one line or those of its message; as a failing cell says it.
 * @param textOf what an object that is no error is like, in a few words
 * @returns a promise where only the thread can say it
 */
export function headOf(
  thrown: Runtime.RemoteObject,
  textOf: (value: Runtime.RemoteObject) => Promise<string>,
): string | Promise<string> {
  if (thrown.subtype === 'error') return shortenText(splitStack(thrown).head, longestHead);
  const primitive = describePrimitive(thrown);
  return primitive ? `Thrown: ${primitive.text}` : textOf(thrown).then((text) => `Thrown: ${text}`);
}

/** Where an error was made; nothing for what is none. */
function stackOf(thrown: Runtime.RemoteObject): string | undefined {
  if (thrown.subtype !== 'error') return undefined;
  const { head, frames } = splitStack(thrown);
  return shortenText(head, longestHead) + shortenText(frames, longestStack);
}

/** In UTF-16 units. */
const longestHead = 2000;
const longestStack = 20_000;

/** The text of an error is as long as its message. */
function splitStack({ type, className = type, description = className }: Runtime.RemoteObject): {
  readonly head: string;
  readonly frames: string;
} {
  const start = /\n\s+at /.exec(description)?.index ?? description.length;
  return { head: withoutMarks(description.slice(0, start)), frames: withoutMarks(description.slice(start)) };
}
