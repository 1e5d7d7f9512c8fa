// What the type checker found, in words for a person: one cause once, cells by their labels, files as seen from the notebook.
// Rule: what the person cannot change, such as the declarations of the language itself, is left out.

import { basename, relative } from 'node:path/posix';
import ts from 'typescript';
import type { Diagnostic, RelatedPlace } from '../../api';
import { rangeOf } from '../../text/lines';
import { type CellModule, currentName, type Surroundings } from '../notebook/module';
import { isLibrary } from '../types/resolution';
import type { Focus } from '../types/service';

/** One finding in a cell; offsets are those of its source. */
export interface Finding extends Omit<Diagnostic, 'range'> {
  readonly code: number;
  readonly offset: number;
  readonly length: number;
}

/** `No overload matches this call.`, and the heads that it has for each overload, or for the last one. */
const noOverload = 2769;
const overloadHeads = new Set([2770, 2772]);

export class Wording {
  readonly #directory: string;

  constructor(
    readonly focus: Focus,
    readonly notebook: Surroundings,
    readonly cell: CellModule,
  ) {
    this.#directory = focus.program.getCurrentDirectory();
  }

  findingOf({
    code,
    category,
    start = 0,
    length = 1,
    messageText,
    relatedInformation,
  }: ts.Diagnostic): Finding {
    const { shift, source } = this.cell;
    const offset = Math.max(0, start - shift);
    return {
      severity: category === ts.DiagnosticCategory.Error ? 'error' : 'warning',
      code,
      message: this.#readable(flatten(messageText)),
      offset,
      length: Math.min(length, source.length - offset),
      related: (relatedInformation ?? []).flatMap((information) => this.#relatedOf(information) ?? []),
    };
  }

  #relatedOf({
    file,
    start = 0,
    length = 1,
    messageText,
  }: ts.DiagnosticRelatedInformation): RelatedPlace | undefined {
    const message = this.#readable(flatten(messageText, ' '));
    if (!file) return { message };
    if (file === this.focus.file) {
      const { shift, source } = this.cell;
      const offset = start - shift;
      return offset >= source.length ? { message } : { message, range: rangeOf(source, offset, length) };
    }
    const other = this.notebook.find(basename(file.fileName).replace(/\..*$/, ''));
    if (other) return { message, source: other.label };
    if (this.#isGiven(file)) return undefined;
    const path = this.#pathOf(file.fileName);
    // Lines of a library do not help.
    return isLibrary(file.fileName)
      ? { message, source: path }
      : { message, source: path, range: rangeOf(file.text, start, length) };
  }

  /** Whether the language, Node or the kernel declare it: nobody looks there. */
  #isGiven(file: ts.SourceFile): boolean {
    const { program } = this.focus;
    return (
      program.isSourceFileDefaultLibrary(file) ||
      /\/node_modules\/@types\/node\/|\/tskernel-[^/]*\.d\.ts$/.test(file.fileName)
    );
  }

  /** A path as seen from the notebook; of a package, from its name on. */
  #pathOf(path: string): string {
    const inPackages = path.lastIndexOf('/node_modules/');
    return inPackages < 0
      ? relative(this.#directory, path)
      : path.slice(inPackages + '/node_modules/'.length);
  }

  /** The checker names modules to tell types of the same name apart; shows the cells' labels and short paths instead. */
  #readable(message: string): string {
    const named = message.replace(
      /import\("([^"]*)"\)\.([\p{ID_Continue}$.]+)/gu,
      (_, path: string, name: string) => {
        const module = basename(path);
        const cell = this.notebook.find(module);
        if (module.startsWith(currentName) || cell === this.cell) return name;
        return `${name} (of ${cell ? cell.label : this.#pathOf(path)})`;
      },
    );
    return named.replaceAll(`${this.#directory}/`, './');
  }
}

/** The message with its causes, each a line, further in. */
function flatten(message: string | ts.DiagnosticMessageChain, newLine = '\n'): string {
  if (typeof message === 'string') return message;
  const told = tellOnce(message);
  return ts.flattenDiagnosticMessageText(told, newLine);
}

/** Overloads mostly fail for one reason, which is told once, without the overloads. */
function tellOnce(message: ts.DiagnosticMessageChain): ts.DiagnosticMessageChain {
  const next = message.next?.map(tellOnce);
  if (message.code !== noOverload || !next) return { ...message, ...(next && { next }) };
  const causes = new Map<string, ts.DiagnosticMessageChain>();
  for (const overload of next) {
    const inner = overloadHeads.has(overload.code) ? (overload.next ?? []) : [overload];
    for (const cause of inner) causes.set(ts.flattenDiagnosticMessageText(cause, '\n'), cause);
  }
  return { ...message, next: [...causes.values()] };
}
