// Errors as a person reads them: the message, the lines of the cell around the place, frames named by cells, causes.
// Rule: never throws, never runs getters of the thrown value, shows no frame of the kernel.
import { inspect } from 'node:util';
import { bold, cyan, errorHead, faint, red } from '../colours';
import { withoutMarks } from '../compile/keys';
import type { CellError } from '../engine';
import { renderFrame } from '../frame';
import { withIntrinsics } from '../intrinsics';
import type { Labels, SourcePosition } from './labels';
import type { StackTraces } from './stacks';

const { getOwnPropertyDescriptor, getOwnPropertyNames, getPrototypeOf } = Object;
const { isNativeError } = require('node:util/types') as typeof import('node:util/types');
const NativeException = DOMException;

/** Deepest chain of causes shown. */
const maximumDepth = 8;

/** What a stopped cell ends with. Its traceback is one line: where it was stopped is of no interest. */
export class KeyboardInterrupt extends Error {
  override readonly name = 'KeyboardInterrupt';
  constructor(message = 'the cell was interrupted; variables are kept') {
    super(message);
  }
}

/** What `process.exit()` throws: a notebook goes on. */
export class ProcessExit extends Error {
  override readonly name = 'ProcessExit';
  constructor(exitCode: number) {
    super(
      `process.exit(${exitCode}) was called. The cell ends here, the kernel goes on and variables are kept; ` +
        'restart the kernel to end the process.',
    );
  }
}

/** What an error of Node's means to a person, when it can be said better. */
export type Explain = (error: {
  readonly code: unknown;
  readonly message: string;
  /** Of Node's permission model. */
  readonly permission: unknown;
  readonly resource: unknown;
}) => { readonly message: string; readonly hints: readonly string[] } | undefined;

/** Turns what was thrown into what is shown. */
export class ErrorFormatter {
  /** Errors that no frame leads to the cell. */
  readonly #places = new WeakMap<Error, SourcePosition>();

  constructor(
    readonly labels: Labels,
    readonly stacks: StackTraces,
    readonly explain: Explain = () => undefined,
  ) {}

  /** Notes which place of a cell an error comes from, for when its stack does not tell. */
  locate(thrown: unknown, place: SourcePosition): void {
    if (isError(thrown)) this.#places.set(thrown, place);
  }

  format(thrown: unknown): CellError {
    try {
      return this.stacks.read(() =>
        withIntrinsics(() => {
          const { name, message } = this.#describe(thrown);
          return { name, message, traceback: this.#lines(thrown, new Set(), 0) };
        }),
      );
    } catch {
      return {
        name: 'Error',
        message: 'the thrown value cannot be shown',
        traceback: [red('Error: the thrown value cannot be shown')],
      };
    }
  }

  #describe(thrown: unknown): { name: string; message: string; hints?: readonly string[] } {
    const { name, message: said } = describe(thrown);
    const message = withoutMarks(said);
    const code = isError(thrown) ? dataProperty(thrown, 'code') : undefined;
    if (code === undefined) return { name, message };
    const [permission, resource] = ['permission', 'resource'].map((key) =>
      dataProperty(thrown as Error, key),
    );
    const explanation = this.explain({ code, message, permission, resource });
    return { name, message, ...explanation };
  }

  #lines(thrown: unknown, seen: Set<unknown>, depth: number): string[] {
    const { name, message, hints } = this.#describe(thrown);
    const header = errorHead(name, message);
    if (thrown instanceof KeyboardInterrupt || !isError(thrown)) return [header];
    seen.add(thrown);
    const lines = [header];
    const unparsed = this.#syntaxPlace(thrown);
    // A cell that did not compile was called by nobody but the kernel.
    const frames = unparsed ? [] : framesOf(thrown);
    const place = unparsed ?? this.#firstPlace(thrown, frames);
    if (place) {
      lines.push(cyan(`${place.cell.label}:${place.line}:${place.column}`));
      lines.push(...renderFrame({ source: place.cell.source, line: place.line, column: place.column }));
    }
    // How Node looked for a module, and what it adds for programs, is said in words then.
    if (hints) lines.push(...hints, ...frames.filter((frame) => frame.includes(' Cell [')).map(faint));
    else lines.push(...frames.map(faint), ...extraProperties(thrown));
    if (depth < maximumDepth) {
      for (const [title, inner] of innerErrors(thrown)) {
        if (seen.has(inner)) lines.push(`${bold(title)}: [circular]`);
        else
          lines.push(
            `${bold(title)}:`,
            ...this.#lines(inner, seen, depth + 1).map((line) => `  ${line.replace(/\n/g, '\n  ')}`),
          );
      }
    }
    return lines;
  }

  #firstPlace(error: Error, frames: readonly string[]): SourcePosition | undefined {
    for (const frame of frames) {
      const match = /\(?(Cell \[[^\]]*\]):(\d+):(\d+)\)?$/.exec(frame);
      const cell = match && this.labels.findByLabel(match[1]!);
      if (match && cell) return { cell, line: Number(match[2]), column: Number(match[3]) };
    }
    return this.#places.get(error);
  }

  /** A script that does not compile: V8 puts `file:line` and a caret line in front of the stack. */
  #syntaxPlace(error: Error): SourcePosition | undefined {
    if (!(error instanceof SyntaxError)) return undefined;
    const stack = dataProperty(error, 'stack');
    if (typeof stack !== 'string') return undefined;
    const match = /^(.+):(\d+)\n(.*)\n( *)\^/.exec(stack);
    return match ? this.labels.find(match[1]!, Number(match[2]), match[4]!.length + 1) : undefined;
  }
}

/** Node makes no native errors of those that come out of its thread for loaders. */
function isError(thrown: unknown): thrown is Error {
  return isNativeError(thrown) || thrown instanceof Error;
}

function dataProperty(target: object, name: string): unknown {
  for (let owner: object | null = target; owner; owner = getPrototypeOf(owner) as object | null) {
    const descriptor = getOwnPropertyDescriptor(owner, name);
    if (!descriptor) continue;
    if ('value' in descriptor) return descriptor.value;
    // `stack` is an own accessor of V8 itself in newer versions, and what a DOMException says is one of Node's: safe to read.
    const isSafe = name === 'stack' || owner === NativeException.prototype;
    return isSafe ? Reflect.get(target, name) : undefined;
  }
  return undefined;
}

function describe(thrown: unknown): { name: string; message: string } {
  if (!isNativeError(thrown)) {
    if (thrown !== null && typeof thrown === 'object') {
      // DOMException, where it is no native error, and error-like objects of other realms.
      const name = nameOf(thrown);
      const message = dataProperty(thrown, 'message');
      if (typeof message === 'string' && /Error|Exception/.test(name)) return { name, message };
    }
    return { name: 'Thrown', message: inspect(thrown, { depth: 4, customInspect: false }) };
  }
  const message = dataProperty(thrown, 'message');
  return {
    name: nameOf(thrown),
    message: typeof message === 'string' ? readableMessage(thrown, message) : '',
  };
}

/** A const is a read-only property here; its owner should read what the language would say. */
function readableMessage(error: Error, message: string): string {
  if (!(error instanceof TypeError)) return message;
  return message.replace(
    /^Cannot assign to read only property '.*' of object '#<Object>'$/,
    'Assignment to constant variable.',
  );
}

function nameOf(thrown: object): string {
  const name = dataProperty(thrown, 'name');
  const maker = dataProperty(thrown, 'constructor');
  const className = typeof maker === 'function' ? dataProperty(maker, 'name') : undefined;
  // A subclass that did not set its name is better known by its class.
  if (name === 'Error' && typeof className === 'string' && className) return className;
  return typeof name === 'string' && name
    ? name
    : typeof className === 'string' && className
      ? className
      : 'Error';
}

function framesOf(error: Error): string[] {
  const stack = dataProperty(error, 'stack');
  if (typeof stack !== 'string') return [];
  return stack.split('\n').filter((line) => /^\s+at /.test(line));
}

function extraProperties(error: Error): string[] {
  const hidden = new Set(['stack', 'message', 'name', 'cause', 'errors', 'constructor']);
  const extra: Record<string, unknown> = {};
  let found = false;
  for (const key of getOwnPropertyNames(error)) {
    const descriptor = getOwnPropertyDescriptor(error, key);
    if (hidden.has(key) || !descriptor || !('value' in descriptor)) continue;
    extra[key] = descriptor.value;
    found = true;
  }
  return found
    ? inspect(extra, { depth: 3, maxArrayLength: 20, maxStringLength: 1000, breakLength: 100 }).split('\n')
    : [];
}

function innerErrors(error: Error): [string, unknown][] {
  const inner: [string, unknown][] = [];
  const members = dataProperty(error, 'errors');
  if (Array.isArray(members)) {
    for (let index = 0; index < Math.min(members.length, 10); index++)
      inner.push([`Error ${index + 1} of ${members.length}`, members[index]]);
  }
  if (getOwnPropertyDescriptor(error, 'cause')) inner.push(['Caused by', dataProperty(error, 'cause')]);
  return inner;
}
