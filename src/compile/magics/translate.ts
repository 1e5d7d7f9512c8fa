// Translates a cell with magics to one without: they become calls of `__tsk_`, and positions stay those of the
// source. Settings that the cell changes hold for itself already.

import type { CellSettings, CodeName, SettingName } from '../../magics/catalog';
import { breaksOf, positionOf } from '../../text/lines';
import type { SyntaxProblem } from '../../text/problem';
import type { CompileResult, LineEdit, Magic } from '../types';
import { blank, type FoundMagic, findMagics, type IsKnown } from './find';

export interface NotebookCell {
  readonly result: CompileResult;
  /** The source as TypeScript sees it: magics blanked, same length. */
  readonly text: string;
  /** The settings that the cell changes. */
  readonly settings: Partial<CellSettings>;
}

/** Compiles the source of a cell without magics, under the settings that the cell changes. */
export type Compile = (source: string, settings: NotebookCell['settings']) => CompileResult;

export function compileNotebookCell(source: string, isKnown: IsKnown, compile: Compile): NotebookCell {
  const { magics, problems, hasImports } = findMagics(source, isKnown);
  if (problems.length > 0) return { result: { ok: false, problems }, text: source, settings: {} };
  const file = magics.find(({ entry }) => entry.kind === 'file');
  if (file)
    return { result: { ok: false, problems: [notAlone(file)] }, text: blank(source, magics), settings: {} };
  const settings = settingsIn(magics);
  if (magics.length === 0) return { result: compile(source, settings), text: source, settings };

  const edits = new Edits(source);
  const called: Magic[] = [];
  for (const magic of magics) translate(magic, edits, called, hasImports);
  const compiled = compile(edits.text(), settings);
  const text = blank(source, magics);
  if (!compiled.ok) {
    const found = compiled.problems.map((problem) => explain(edits.undo(problem), magics));
    return { result: { ok: false, problems: found }, text, settings };
  }
  const { cell } = compiled;
  const result: CompileResult = {
    ok: true,
    cell: {
      ...cell,
      imports: cell.imports.map((declaration) => edits.undo(declaration)),
      map: { ...cell.map, edits: edits.byLine() },
      ...(called.length > 0 && { magics: called }),
    },
  };
  return { result, text, settings };
}

/** The engine has put the file of one that is alone in the place of the cell. */
function notAlone({ start, end }: FoundMagic): SyntaxProblem {
  return {
    message: '%run stands alone in a cell.',
    offset: start,
    length: end - start,
    hint: 'Put it into a cell of its own, with nothing but comments beside it; a file that is run cannot run others.',
  };
}

/** `findMagics` has seen to it that each value is one of the setting's. */
function settingsIn(magics: readonly FoundMagic[]): Partial<CellSettings> {
  const settings: { [Name in SettingName]?: string } = {};
  for (const { entry, arguments: value } of magics)
    if (entry.kind === 'setting') settings[entry.name] = value;
  return settings as Partial<CellSettings>;
}

function translate(magic: FoundMagic, edits: Edits, called: Magic[], hasImports: boolean): void {
  const { entry, start, end, arguments: parameters, body, code, isFirst, doubtful } = magic;
  const call = `${entry.waits ? 'await ' : ''}__tsk_.magic(${called.length});`;
  switch (entry.kind) {
    case 'setting':
    case 'file':
      return edits.blank(start, end);
    case 'code':
      if (code) measures[entry.name](magic, code, edits, called);
      return;
    case 'codeCell':
      called.push({ name: `%${entry.name}`, arguments: parameters, isEarly: false, doubtful });
      return edits.replace(start, end, call);
    case 'line':
    case 'cell': {
      const isEarly = isFirst && hasImports;
      const { name } = entry;
      called.push({ name, arguments: parameters, isEarly, doubtful, ...(body !== undefined && { body }) });
      return isEarly ? edits.blank(start, end) : edits.replace(start, end, call);
    }
    default:
      entry satisfies never;
  }
}

type Measure = (
  magic: FoundMagic,
  code: NonNullable<FoundMagic['code']>,
  edits: Edits,
  called: Magic[],
) => void;

/** What becomes of the code behind a magic. */
const measures: { readonly [Name in CodeName]: Measure } = {
  /** `%time code` lets the code stand where it is and reads the clock around it. */
  time({ start }, code, edits) {
    const { isExpression } = code;
    // A statement has to stay one, so the clock is read before it into a name of the kernel's.
    const clock = `__tsk_.clock${start}`;
    edits.replace(start, code.start, isExpression ? '__tsk_.timed(__tsk_.now(),(' : `${clock}=__tsk_.now();`);
    edits.replace(code.end, code.end, isExpression ? '))' : `;void __tsk_.timed(${clock})`);
  },

  /** `%prof code` lets it stand as well, and looks on from its begin to its end. */
  prof({ start, arguments: parameters }, code, edits, called) {
    const begin = `__tsk_.profile(${called.length})`;
    called.push({ name: 'prof', arguments: parameters, isEarly: false, doubtful: [] });
    edits.replace(start, code.start, code.isExpression ? `__tsk_.profiled(${begin},(` : `${begin};`);
    edits.replace(code.end, code.end, code.isExpression ? '))' : ';void __tsk_.profiled()');
  },

  /** `%timeit code` makes a function of it. */
  timeit({ start, arguments: parameters }, code, edits, called) {
    const isAsync = /\bawait\b/.test(edits.source.slice(code.start, code.end));
    const [open, close] = code.isExpression ? ['(', ')'] : ['{', '}'];
    const opening = `${isAsync ? 'await ' : ''}__tsk_.timeit(${called.length},${isAsync ? 'async ' : ''}()=>${open}`;
    called.push({ name: 'timeit', arguments: parameters, isEarly: false, doubtful: [] });
    edits.replace(start, code.start, opening);
    edits.replace(code.end, code.end, `${close},${isAsync})`);
  },
};

/** A magic that waits, where nothing can wait. */
function explain(problem: SyntaxProblem, magics: readonly FoundMagic[]): SyntaxProblem {
  const { offset } = problem;
  const magic = magics.find(({ start, end, code }) => offset >= start && offset < (code?.start ?? end));
  if (!magic || !problem.message.includes("'await'")) return problem;
  const { start, end, entry } = magic;
  const name = entry.name === '!' ? 'A shell command' : `%${entry.name}`;
  return {
    ...problem,
    message: `${name} has to wait, which cannot be done here: ${problem.message}`,
    offset: start,
    length: end - start,
  };
}

/** Edits within lines of a source, and the way back from the edited text. */
class Edits {
  readonly #edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];

  constructor(readonly source: string) {}

  replace(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text });
  }

  blank(start: number, end: number): void {
    this.replace(start, end, ' '.repeat(end - start));
  }

  text(): string {
    let text = '';
    let at = 0;
    for (const edit of this.#sorted()) {
      // A magic of a whole cell leaves its lines, so that the calls stand in the first one.
      const breaks = breaksOf(this.source.slice(edit.start, edit.end));
      text += this.source.slice(at, edit.start) + edit.text + breaks;
      at = edit.end;
    }
    return text + this.source.slice(at);
  }

  byLine(): LineEdit[] {
    return this.#sorted().map(({ start, end, text }) => {
      const { line, column } = positionOf(this.source, start);
      return [line - 1, column - 1, end - start, text.length];
    });
  }

  /** The same thing at its place in the source. */
  undo<T extends { readonly offset: number }>(thing: T): T {
    let shift = 0;
    for (const { start, end, text } of this.#sorted()) {
      const into = thing.offset - (start + shift);
      if (into < 0) break;
      if (into < text.length) return { ...thing, offset: start };
      shift += text.length - (end - start);
    }
    return { ...thing, offset: thing.offset - shift };
  }

  #sorted() {
    return this.#edits.toSorted((a, b) => a.start - b.start);
  }
}
