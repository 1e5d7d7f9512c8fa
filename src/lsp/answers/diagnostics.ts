// What is wrong with a cell: what would keep it from running, what its types say, imports that nobody can load, what is not used.
// Rule: the kernel's own findings in the kernel's own words; offsets are kept, since cells above may push the text down.
import ts from 'typescript';
import {
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  DiagnosticTag,
} from 'vscode-languageserver';
import type { RelatedPlace } from '../../api';
import { compile } from '../../compile';
import { compileNotebookCell } from '../../compile/magics/translate';
import { checkCell } from '../../language/answers/diagnostics';
import type { Finding } from '../../language/answers/wording';
import type { Focus } from '../../language/types/service';
import { offsetOf } from '../../text/lines';
import { isBare, isNpm, packageOf, parseNpm } from '../../text/specifiers';
import { didYouMean, misspelled } from '../../text/spelling';
import type { DocumentCell } from '../cell';
import type { OpenNotebook } from '../notebook';

/** Something wrong, by offsets of the cell's source. */
export interface Found extends Omit<Diagnostic, 'message' | 'range' | 'relatedInformation'> {
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly related: readonly RelatedPlace[];
}

/** Said of a cell that is not looked at. */
const tooLong: Found = {
  start: 0,
  end: 1,
  severity: DiagnosticSeverity.Information,
  message: 'This text is too long to be checked while it is typed.',
  related: [],
};

/** Modules that are not found, which the kernel tells when the cell runs. */
const missingModules = new Set([2307, 2792, 2882, 2732]);

/** @param focus the cell is open in it */
export function findIn(notebook: OpenNotebook, cell: DocumentCell, focus: Focus): Found[] {
  if (cell.isTooLong) return [tooLong];
  if (!cell.isCode) return [];
  const problems = syntaxOf(notebook, cell);
  if (problems.length > 0 || !isTypeChecked(notebook, cell)) return problems;
  const around = notebook.world.around(cell);
  return [
    ...checkCell(focus, around, cell).map((finding) => withNearest(fromFinding(finding), notebook, cell)),
    ...missingIn(cell, focus),
    ...unusedIn(cell, focus),
  ].filter(({ start }) => start <= cell.source.length);
}

/** As the protocol has it. */
export function diagnosticOf(cell: DocumentCell, found: Found): Diagnostic {
  const { start, end, related, message, ...rest } = found;
  const near: DiagnosticRelatedInformation[] = [];
  const lines = [message];
  for (const { message: text, source, range } of related) {
    if (source !== undefined || !range) {
      lines.push(source === undefined ? text : `${source}: ${text}`);
      continue;
    }
    const at = (place: { line: number; character: number }) =>
      offsetOf(cell.source, place.line + 1, place.character + 1);
    const location = {
      uri: cell.place.document.uri,
      range: cell.rangeOf(at(range.start), at(range.end)),
    };
    near.push({ location, message: text });
  }
  return {
    ...rest,
    source: 'tskernel',
    range: cell.rangeOf(start, end),
    message: lines.join('\n'),
    ...(near.length > 0 && { relatedInformation: near }),
  };
}

/** What keeps the cell from running. */
function syntaxOf({ world, settings }: OpenNotebook, cell: DocumentCell): Found[] {
  const isKnown = (word: string) => world.isKnown(word, cell);
  // `%run` is no cell's text: the engine puts the file in its place.
  if (cell.magics.length === 1 && cell.magics[0]?.entry.kind === 'file') return [];
  const { result } = compileNotebookCell(cell.source, isKnown, (code, { dispatch = 'auto' }) =>
    compile(code, { dispatch, jsx: settings.jsx, ...settings.classes, bound: new Set() }),
  );
  if (result.ok) return [];
  return result.problems.map(({ message, code, offset, length, hint }) => ({
    start: offset,
    end: offset + length,
    severity: DiagnosticSeverity.Error,
    ...(code !== undefined && { code }),
    message,
    related: hint === undefined ? [] : [{ message: hint }],
  }));
}

/** `%types off` holds from its cell on. */
function isTypeChecked({ world }: OpenNotebook, cell: DocumentCell): boolean {
  for (let index = cell.index; index >= 0; index--) {
    const settings = world.cells[index]?.magics.filter(({ entry }) => entry.name === 'types') ?? [];
    const last = settings.at(-1);
    if (last) return last.arguments !== 'off';
  }
  return true;
}

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Information,
};

const fromFinding = ({ severity, code, message, offset, length, related }: Finding): Found => ({
  start: offset,
  end: offset + length,
  severity: severities[severity],
  code,
  message,
  related,
});

/** "Cannot find name": TypeScript knows of other cells only the names that the cell mentions. */
const unknownName = 2304;

function withNearest(found: Found, { world }: OpenNotebook, cell: DocumentCell): Found {
  if (found.code !== unknownName) return found;
  const name = cell.source.slice(found.start, found.end);
  const meant = didYouMean(misspelled(name, world.namesAt(cell).keys()).slice(0, 1));
  return meant ? { ...found, message: `${found.message}${meant}` } : found;
}

function missingIn(cell: DocumentCell, { service, file }: Focus): Found[] {
  return service.getSemanticDiagnostics(file.fileName).flatMap(({ code, start = 0, length = 0 }) => {
    const offset = start - cell.shift;
    if (!missingModules.has(code) || offset + length > cell.source.length) return [];
    const specifier = cell.source.slice(offset + 1, offset + length - 1);
    const line = installing(specifier);
    const message =
      line === undefined ? `Cannot find ${specifier}.` : `${specifier} is not installed: ${line}`;
    const severity = line === undefined ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
    return [{ start: offset, end: offset + length, severity, code, message, related: [] }];
  });
}

/** The line that installs what a specifier names, if it names a package. */
function installing(specifier: string): string | undefined {
  if (isNpm(specifier)) return `%npm install ${parseNpm(specifier).wanted}`;
  return isBare(specifier) && /^[@\w]/.test(specifier) ? `%npm install ${packageOf(specifier)}` : undefined;
}

/** What editors show in grey: unused variables of functions, and struck through: what is deprecated. */
function unusedIn(cell: DocumentCell, { service, file }: Focus): Found[] {
  return service.getSuggestionDiagnostics(file.fileName).flatMap((found) => {
    const { start, length, code, messageText, reportsUnnecessary, reportsDeprecated } = found;
    const offset = start - cell.shift;
    if (!(reportsUnnecessary || reportsDeprecated) || offset + length > cell.source.length) return [];
    return [
      {
        start: offset,
        end: offset + length,
        severity: DiagnosticSeverity.Hint,
        code,
        message: ts.flattenDiagnosticMessageText(messageText, '\n'),
        tags: [reportsUnnecessary ? DiagnosticTag.Unnecessary : DiagnosticTag.Deprecated],
        related: [],
      },
    ];
  });
}
