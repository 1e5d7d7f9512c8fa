// The text of `error.stack` in the user's realm: frames of cells get their label and source position, frames of the kernel
// and of Node's internals below the cell are left out. Rule: what code makes of Error.prepareStackTrace is for that code;
// what the kernel shows is the kernel's own.

import { withIntrinsics } from '../../realm/intrinsics';
import { lineOf } from '../../text/frame';
import type { Labels, SourcePosition } from './labels';
import { describeSource } from './sources';

type Prepare = (error: Error, sites: readonly NodeJS.CallSite[]) => unknown;

const { defineProperty, getOwnPropertyDescriptor } = Object;
const { apply } = Reflect;
const NativeError = Error;
const { toString: textOf } = Error.prototype;

/** In the names of hoisted functions, where nobody should see it. */
const zeroWidthNonJoiner = /\u200c/g;
/** Where Node makes its DOMExceptions. */
const exceptionFile = 'node:internal/per_context/domexception';

export interface StackTraces {
  /** Puts the kernel's texts back when a cell took `Error.prepareStackTrace` away. */
  keep(): void;
  /** Reads stacks with the kernel's texts, also while code has its own. */
  read<T>(work: () => T): T;
}

/** @param isKernelFile whether a script belongs to the kernel */
export function installStackTraces(labels: Labels, isKernelFile: (file: string) => boolean): StackTraces {
  const prepare: Prepare = (error, sites) => withIntrinsics(() => composeStack(error, sites));
  let custom: Prepare | undefined;
  // As in Node, what is no function means the default.
  const get = () => custom ?? prepare;
  const set = (value: unknown) => {
    custom = typeof value === 'function' ? (value as Prepare) : undefined;
  };

  function composeStack(error: Error, sites: readonly NodeJS.CallSite[]): string {
    const frames: string[] = [];
    const missing = missingName(error);
    for (const site of sites) {
      const frame = describeSite(labels, isKernelFile, site, frames.length === 0 ? missing : undefined);
      if (frame !== undefined) frames.push(`    at ${frame}`);
    }
    // What called the cell (event loop, timers) is Node's business.
    while (frames.length > 0 && /\(?node:[\w/]+:\d+:\d+\)?$/.test(frames.at(-1)!)) frames.pop();
    return [headOf(error), ...frames].join('\n');
  }

  function keep(): void {
    const now = getOwnPropertyDescriptor(NativeError, 'prepareStackTrace');
    if (now?.get || typeof now?.value === 'function') return;
    custom = undefined;
    try {
      defineProperty(NativeError, 'prepareStackTrace', { get, set, configurable: true, enumerable: false });
    } catch {
      // Frozen by the person; then that is how it is.
    }
  }

  function read<T>(work: () => T): T {
    keep();
    const theirs = custom;
    custom = undefined;
    try {
      return work();
    } finally {
      custom = theirs;
    }
  }

  // Node's own default is a function.
  Reflect.deleteProperty(NativeError, 'prepareStackTrace');
  keep();
  return { keep, read };
}

/** What Node begins a stack with, also that of an object which is no error. */
function headOf(error: object): string {
  try {
    // Node's errors say their code there.
    const code = getOwnPropertyDescriptor(error, 'code')?.value as unknown;
    if (typeof code === 'string' && code.startsWith('ERR_')) return String(error);
    return apply(textOf, error, []);
  } catch {
    return 'Error';
  }
}

/** The name that a ReferenceError is about. */
function missingName(error: unknown): string | undefined {
  if (!(error instanceof ReferenceError)) return undefined;
  const message = getOwnPropertyDescriptor(error, 'message')?.value as unknown;
  return /^(\S+) is not defined$/.exec(String(message))?.[1];
}

/** V8 gives the place of the whole assignment for `x = missing`; the person should see the name. */
function columnOf(name: string, { cell, line, column }: SourcePosition): number {
  const text = lineOf(cell.source, line) ?? '';
  for (let at = column - 1; ; at++) {
    at = text.indexOf(name, at);
    if (at < 0) return column;
    if (
      !/[\p{ID_Continue}$.]/u.test(
        text.slice(at - 1, at) + text.slice(at + name.length, at + name.length + 1),
      )
    )
      return at + 1;
  }
}

/** A frame of `eval` or `new Function`, with the name of the cell that it was called in: V8 counts the lines there its own way. */
function withEvalOrigin(labels: Labels, text: string): string {
  const { directory } = labels;
  const start = text.indexOf(`(${directory}`) + 1;
  const match = start > 0 && /^(.*?#[\d.]+):\d+:\d+(?=\))/.exec(text.slice(start));
  const cell = match && labels.findByName(match[1]!);
  return match && cell ? text.slice(0, start) + cell.label + text.slice(start + match[0].length) : text;
}

function describeSite(
  labels: Labels,
  isKernelFile: (file: string) => boolean,
  site: NodeJS.CallSite,
  missing: string | undefined,
): string | undefined {
  const file = site.getFileName() ?? '';
  if (isKernelFile(file) || file === exceptionFile) return undefined;
  const text = site.toString().replace(zeroWidthNonJoiner, '');
  const line = site.getLineNumber();
  const column = site.getColumnNumber();
  const found = line && column ? labels.find(file, line, column) : undefined;
  // The emitter's own.
  if (!found && line && column && labels.findByName(file)) return undefined;
  const place = found
    ? `${found.cell.label}:${found.line}:${missing ? columnOf(missing, found) : found.column}`
    : line && column && describeSource(file, line, column);
  if (!place) return site.isEval() ? withEvalOrigin(labels, text) : text;
  const generated = `${file}:${line}:${column}`;
  const at = text.lastIndexOf(generated);
  if (at < 0) return place;
  return text.slice(0, at) + place + text.slice(at + generated.length);
}
