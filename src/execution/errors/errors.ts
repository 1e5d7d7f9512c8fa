// Errors as a person reads them: the message, the lines of the cell around the place, frames named by cells, causes.
// Rule: never throws, never runs getters of the thrown value, shows no frame of the kernel.
import { inspect } from 'node:util';
import type { CellError, EngineErrorName } from '../../api';
import { withoutMarks } from '../../compile/keys';
import { classNameOf, findProperty } from '../../realm/builtins';
import { withIntrinsics } from '../../realm/intrinsics';
import { bold, errorHead, faint, red } from '../../text/colours';
import { showPlace } from '../../text/frame';
import { framesIn, shownFrames } from './frames';
import type { Labels, SourcePosition } from './labels';
import type { StackTraces } from './stacks';
import { KeyboardInterrupt, Stop } from './stops';
import { type FilePlace, findInFile, placeInHead, translationFailure } from './unparsed';

const { getOwnPropertyDescriptor, getOwnPropertyNames } = Object;
const { isNativeError } = require('node:util/types') as typeof import('node:util/types');
const NativeException = DOMException;

/** What a thrown value is called that is no error. */
const notAnError = 'Thrown' satisfies EngineErrorName;
/** Deepest chain of causes shown. */
const maximumDepth = 8;

/** What an error of Node's means to a person, when it can be said better. */
export type Explain = (error: {
  readonly code: unknown;
  readonly message: string;
  /** Of Node's permission model. */
  readonly permission: unknown;
  readonly resource: unknown;
}) => { readonly message: string; readonly hints: readonly string[] } | undefined;

/** The run that an error ends. */
export interface FailedRun {
  /** The file name of its cell. */
  readonly file: string;
  /** The import declaration that failed, if one did. */
  readonly place: SourcePosition | undefined;
}

/** Turns what was thrown into what is shown. */
export class ErrorFormatter {
  /** The file names of the cells whose runs errors ended. A module that failed gives the same error at its next import. */
  readonly #ended = new WeakMap<Error, string>();
  /** Errors of import declarations. */
  readonly #imported = new WeakSet<Error>();

  constructor(
    readonly labels: Labels,
    readonly stacks: StackTraces,
    readonly explain: Explain = () => undefined,
  ) {}

  format(thrown: unknown, run?: FailedRun): CellError {
    try {
      return this.stacks.read(() =>
        withIntrinsics(() => {
          const { name, message } = this.#describe(thrown);
          return { name, message, traceback: this.#lines(thrown, new Set(), 0, run) };
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
    const { name, message: said } = nameAndMessage(thrown);
    if (thrown instanceof Stop) return { name, message: thrown.explanation };
    const message = withoutMarks(said);
    const untranslated = name === 'TransformError' ? translationFailure(message) : undefined;
    if (untranslated) return { name: 'SyntaxError' satisfies EngineErrorName, message: untranslated.message };
    const code = isError(thrown) ? readProperty(thrown, 'code') : undefined;
    if (code === undefined) return { name, message };
    const [permission, resource] = ['permission', 'resource'].map((key) =>
      readProperty(thrown as Error, key),
    );
    const explanation = this.explain({ code, message, permission, resource });
    return { name, message, ...explanation };
  }

  #lines(thrown: unknown, seen: Set<unknown>, depth: number, run?: FailedRun): string[] {
    const { name, message, hints } = this.#describe(thrown);
    if (thrown instanceof KeyboardInterrupt || !isError(thrown))
      return [depth > 0 && name === notAnError ? message : errorHead(name, message)];
    seen.add(thrown);
    const { place, file, frames } = this.#placesOf(thrown, run);
    const custom = hints || file || place ? undefined : customStack(thrown);
    const lines = [custom ?? errorHead(name, message)];
    if (file) lines.push(...showPlace(file.path, file));
    if (place) lines.push(...showPlace(place.cell.label, { ...place, source: place.cell.source }));
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

  /** Where to look: the place in a cell, that in a file which could not be parsed, and who called whom. */
  #placesOf(error: Error, run: FailedRun | undefined): ErrorPlaces {
    const stack = readProperty(error, 'stack');
    const head = error instanceof SyntaxError && typeof stack === 'string' ? placeInHead(stack) : undefined;
    const unparsed = head && this.labels.find(head.file, head.line, head.column);
    // A cell that did not compile was called by nobody but the kernel.
    if (unparsed) return { place: unparsed, frames: [] };
    const file = (head && findInFile(head)) ?? translationFailure(nameAndMessage(error).message)?.place;
    const all = this.#framesOf(error);
    const isOfImport =
      file !== undefined ||
      this.#imported.has(error) ||
      importCodes.has(readProperty(error, 'code')) ||
      all.some(isImportFrame);
    const isOld = run !== undefined && this.#noteEnd(error, run) && isOfImport;
    const isNews = (frame: string) => !(isOfCell(frame) || isImportFrame(frame));
    // How the loaders came to their verdict is of no interest.
    const verdict = all.findIndex((frame) => !isLoaderFrame(frame));
    const frames = all
      .slice(verdict < 0 ? all.length : verdict)
      .filter((frame) => !(file && isForeign(frame)) && (!isOld || isNews(frame)));
    const imported = run && (run.place ?? (isOfImport ? this.labels.findImport(run.file) : undefined));
    return { place: this.#firstPlace(frames) ?? imported, file, frames };
  }

  /** @returns whether the error has ended another run before */
  #noteEnd(error: Error, run: FailedRun): boolean {
    if (run.place) this.#imported.add(error);
    const before = this.#ended.get(error);
    // A second try to show it is no second end.
    if (before === undefined) this.#ended.set(error, run.file);
    return before !== undefined && before !== run.file;
  }

  #framesOf(error: Error): string[] {
    const stack = readProperty(error, 'stack');
    return typeof stack === 'string' ? shownFrames(stack, this.labels, this.stacks.isKernelFile) : [];
  }

  #firstPlace(frames: readonly string[]): SourcePosition | undefined {
    for (const frame of frames) {
      const match = /\(?(Cell \[[^\]]*\]):(\d+):(\d+)\)?$/.exec(frame);
      const cell = match && this.labels.findByLabel(match[1]!);
      if (match && cell) return { cell, line: Number(match[2]), column: Number(match[3]) };
    }
    return undefined;
  }
}

interface ErrorPlaces {
  readonly place: SourcePosition | undefined;
  readonly file?: FilePlace | undefined;
  readonly frames: readonly string[];
}

/** What Node's loaders say of a module that they do not find. */
const importCodes = new Set<unknown>([
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
  'ERR_DLOPEN_FAILED',
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
  'ERR_UNSUPPORTED_ESM_URL_SCHEME',
  'ERR_UNKNOWN_BUILTIN_MODULE',
]);
const isOfCell = (frame: string) => frame.includes('Cell [');
const isImportFrame = (frame: string) => /node:internal\/modules\/esm\//.test(frame);
/** The kernel's own part of the loaders runs on their thread, where nobody edits stacks. */
const isLoaderFrame = (frame: string) =>
  /node:internal\/modules\/|[\\/]tsx[\\/]dist[\\/]|[\\/]dist[\\/]hooks\.cjs:/.test(frame);
/** Of Node and of the translator: how it got to a file that it could not parse is of no interest. */
const isForeign = (frame: string) => /\bnode:|[\\/]esbuild[\\/]lib[\\/]/.test(frame);

/** Node makes no native errors of those that come out of its thread for loaders. */
function isError(thrown: unknown): thrown is Error {
  return isNativeError(thrown) || thrown instanceof Error;
}

/** A property's value, also where reading runs a getter that is V8's or Node's own. */
function readProperty(target: object, name: string): unknown {
  const { owner, descriptor } = findProperty(target, name) ?? {};
  // Newer versions of V8 make `stack` an own accessor, and what a DOMException says is one of Node's.
  const isSafe = name === 'stack' || owner === NativeException.prototype;
  return descriptor?.get && isSafe ? Reflect.get(target, name) : descriptor?.value;
}

function nameAndMessage(thrown: unknown): { name: string; message: string } {
  if (!isNativeError(thrown)) {
    if (thrown !== null && typeof thrown === 'object') {
      // DOMException, where it is no native error, and error-like objects of other realms.
      const name = nameOf(thrown);
      const message = readProperty(thrown, 'message');
      if (typeof message === 'string' && /Error|Exception/.test(name)) return { name, message };
    }
    return { name: notAnError, message: inspect(thrown, { depth: 4, customInspect: false }) };
  }
  const message = readProperty(thrown, 'message');
  return {
    name: nameOf(thrown),
    message: typeof message === 'string' ? message : '',
  };
}

function nameOf(thrown: object): string {
  const name = readProperty(thrown, 'name');
  const className = classNameOf(thrown);
  // A subclass that did not set its name is better known by its class.
  if (name === 'Error' && className) return className;
  return typeof name === 'string' && name ? name : className || 'Error';
}

/** The text that code has put in the place of a stack: as Node shows it. */
function customStack(error: Error): string | undefined {
  const [stack, name, message] = ['stack', 'name', 'message'].map((key) => readProperty(error, key));
  if (typeof stack !== 'string' || stack.trim() === '' || framesIn(stack).length > 0) return undefined;
  // Without frames, as with a limit of none, it says what the head says.
  return stack.startsWith(String(name)) && stack.endsWith(String(message)) ? undefined : stack;
}

function extraProperties(error: Error): string[] {
  const hidden = new Set(['stack', 'message', 'name', 'cause', 'errors', 'constructor']);
  if (isSuppressed(error)) hidden.add('error').add('suppressed');
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

/** What `using` throws when leaving a scope fails that an error has left: the language's, or the emitter's own. */
const isSuppressed = (error: Error) => readProperty(error, 'name') === 'SuppressedError';

/** The message of a magic's error says in words what caused it. */
const namesItsCause = new Set<unknown>(['MagicError', 'CommandError'] satisfies EngineErrorName[]);

function innerErrors(error: Error): [string, unknown][] {
  const inner: [string, unknown][] = [];
  const members = readProperty(error, 'errors');
  if (Array.isArray(members)) {
    for (let index = 0; index < Math.min(members.length, 10); index++)
      inner.push([`Error ${index + 1} of ${members.length}`, members[index]]);
  }
  if (isSuppressed(error)) {
    inner.push(['While its scope was left', readProperty(error, 'error')]);
    inner.push(['It suppressed', readProperty(error, 'suppressed')]);
  }
  if (getOwnPropertyDescriptor(error, 'cause') && !namesItsCause.has(readProperty(error, 'name')))
    inner.push(['Caused by', readProperty(error, 'cause')]);
  return inner;
}
