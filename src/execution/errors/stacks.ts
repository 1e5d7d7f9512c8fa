// The text of `error.stack` in the user's realm, as Node makes it: frames of cells and of translated files have their label
// and source position, the kernel's own are left out. Rule: programs read stacks, so all that Node gives is there (what a
// person need not see is left out where errors are shown, in frames.ts), and what code makes of Error.prepareStackTrace is
// for that code.

import { withoutMarks } from '../../compile/keys';
import { withIntrinsics } from '../../realm/intrinsics';
import { lineOf } from '../../text/lines';
import type { Labels, SourcePosition } from './labels';
import { nativeSite, siteInSource } from './sites';
import { describeSource } from './sources';

type Prepare = (error: Error, sites: readonly NodeJS.CallSite[]) => unknown;

const { defineProperty, getOwnPropertyDescriptor } = Object;
const { apply } = Reflect;
const NativeError = Error;
const { captureStackTrace } = Error;
const { isArray } = Array;
const { toString: textOf } = Error.prototype;

const sitesOnly: Prepare = (_, sites) => sites;
const nameFirst: Prepare = (_, [site]) => `\n${site?.getFileName()}`;

/**
 * How many frames V8 keeps of a stack, and how many of them make its text where nobody asked for another number: as many as
 * in Node. Those below are for the cell's line, when a library is deeper than that. No program sets just this number.
 */
const keptFrames = 50.5;
const usualFrames = 10;

/** Calls the code of a cell. What is below this frame in a stack is how the kernel came to it: no part of the program. */
export function callCell<T, R>(code: (value: T) => R, value: T): R {
  return code(value);
}

export interface StackTraces {
  /** Puts the kernel's texts back when a cell took `Error.prepareStackTrace` away. */
  keep(): void;
  /** Reads stacks with the kernel's texts, also while code has its own. */
  read<T>(work: () => T): T;
  /** Of the frames that the text of a stack leaves out (it has as many as Node's): those that say where a cell came to it. */
  deeperFrames(error: Error): readonly string[];
  /** The calling code, innermost first, whatever code has made of stacks. Takes some microseconds. */
  sites(): readonly NodeJS.CallSite[];
  /** Whether a script belongs to the kernel. */
  isKernelFile(file: string): boolean;
}

/** @param isKernelFile whether a script belongs to the kernel */
export function installStackTraces(labels: Labels, isKernelFile: (file: string) => boolean): StackTraces {
  const prepare: Prepare = (error, sites) => withIntrinsics(() => composeStack(error, sites));
  /** Code has its own function read from here, Node is given one that leaves the kernel's frames out for it. */
  let custom: { readonly own: Prepare; readonly forNode: Prepare } | undefined;
  /** What Node and V8 are given while the kernel itself looks at a stack. */
  let probe: Prepare | undefined;
  const deeper = new WeakMap<object, readonly string[]>();
  const get = () => {
    if (probe !== undefined) return probe;
    if (custom === undefined) return prepare;
    return isReadByNode() ? custom.forNode : custom.own;
  };
  const set = (value: unknown) => {
    const own = value as Prepare;
    const forNode: Prepare = (error, sites) => apply(own, NativeError, [error, tellSites(sites)]);
    // As in Node, what is no function means the default.
    custom = typeof value === 'function' && value !== prepare ? { own, forNode } : undefined;
  };

  /** Whether it is Node that wants the function, to make a stack with it. */
  function isReadByNode(): boolean {
    // While V8 makes one stack, its own text is what it makes of another.
    return String(look(nameFirst, get)).split('\n', 2)[1]?.includes('node:internal/errors') === true;
  }

  /** What `prepared` makes of the stack of the code that called `below`. */
  function look(prepared: Prepare, below: () => unknown): unknown {
    const looked: { readonly stack?: unknown } = {};
    probe = prepared;
    try {
      captureStackTrace(looked, below);
      return looked.stack;
    } finally {
      probe = undefined;
    }
  }

  function sites(): readonly NodeJS.CallSite[] {
    const found = look(sitesOnly, sites);
    return isArray(found) ? (found as NodeJS.CallSite[]) : [];
  }

  function programSites(sites: readonly NodeJS.CallSite[]): NodeJS.CallSite[] {
    const kept: NodeJS.CallSite[] = [];
    for (const site of sites) {
      if (!isKernelFile(site.getFileName() ?? '')) kept[kept.length] = site;
      else if (site.getFunctionName() === callCell.name) break;
    }
    return kept;
  }

  const tellSites = (sites: readonly NodeJS.CallSite[]) =>
    withIntrinsics(() =>
      programSites(sites)
        .slice(0, frameLimit())
        .flatMap((site) => siteInSource(site, labels) ?? []),
    );

  function composeStack(error: Error, sites: readonly NodeJS.CallSite[]): string {
    const frames: string[] = [];
    const missing = missingName(error);
    const own = programSites(sites.map(nativeSite));
    const limit = frameLimit();
    for (const site of own.slice(0, limit)) {
      const frame = describeSite(labels, site, frames.length === 0 ? missing : undefined);
      if (frame !== undefined) frames.push(`    at ${frame}`);
    }
    if (own.length > limit) noteDeeper(error, own.slice(limit));
    return [withoutMarks(headOf(error)), ...frames].join('\n');
  }

  /** Of the frames that the text leaves out, the cell's line that came to the first ten, and the one where all began. */
  function noteDeeper(error: Error, sites: readonly NodeJS.CallSite[]): void {
    const isOfCell = (site: NodeJS.CallSite) => labels.findByName(site.getFileName() ?? '') !== undefined;
    const ends = new Set([sites.find(isOfCell), sites.findLast(isOfCell)]);
    const frames = [...ends].flatMap((site) => (site && describeSite(labels, site, undefined)) ?? []);
    if (frames.length > 0) deeper.set(error, frames);
  }

  function keep(): void {
    const now = getOwnPropertyDescriptor(NativeError, 'prepareStackTrace');
    if (now?.get || typeof now?.value === 'function') return;
    custom = undefined;
    try {
      defineProperty(NativeError, 'prepareStackTrace', { get, set, configurable: true, enumerable: false });
    } catch {
      // Frozen by the user; then that is how it is.
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
  if (NativeError.stackTraceLimit === usualFrames) NativeError.stackTraceLimit = keptFrames;
  return { keep, read, deeperFrames: (error) => deeper.get(error) ?? [], sites, isKernelFile };
}

const frameLimit = (): number =>
  NativeError.stackTraceLimit === keptFrames ? usualFrames : Number.POSITIVE_INFINITY;

/** What Node begins a stack with, also that of an object which is no error. */
function headOf(error: object): string {
  try {
    const text = apply(textOf, error, []);
    // Node's own errors say their code there.
    const code = getOwnPropertyDescriptor(error, 'code')?.value as unknown;
    if (typeof code !== 'string' || !code.startsWith('ERR_')) return text;
    const { name, message } = error as Error;
    const withCode = `${name} [${code}]: ${message}`;
    return String(error) === withCode ? withCode : text;
  } catch {
    return 'Error';
  }
}

/** The name that a ReferenceError is about. */
function missingName(error: unknown): string | undefined {
  if (!(error instanceof ReferenceError)) return undefined;
  const message = getOwnPropertyDescriptor(error, 'message')?.value as unknown;
  return /^(\S+) is not defined$/.exec(withoutMarks(String(message)))?.[1];
}

/** V8 gives the place of the whole assignment for `x = missing`; the user should see the name. */
function columnOf(name: string, { cell, line, column }: SourcePosition): number {
  const text = lineOf(cell.source, line) ?? '';
  // Of an assignment to a name that nobody declared, the place of its sign.
  const before = text.slice(0, column - 1).trimEnd();
  if (/^=(?![=>])/.test(text.slice(column - 1)) && before.endsWith(name))
    return before.length - name.length + 1;
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
  site: NodeJS.CallSite,
  missing: string | undefined,
): string | undefined {
  const file = site.getFileName() ?? '';
  const text = withoutMarks(site.toString());
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
