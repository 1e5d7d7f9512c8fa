// The type checker's findings in a cell, reduced to those that help the user.
// Rule: what is normal in a notebook is no finding; what the user cannot change takes one line.

import { basename } from 'node:path/posix';
import ts from 'typescript';
import { isLeaving } from '../../compile/leaving';
import { faint, yellow } from '../../text/colours';
import { showPlace } from '../../text/frame';
import { lineOf, positionOf } from '../../text/lines';
import type { SyntaxProblem } from '../../text/problem';
import { isBare, packageOf, withoutNpm } from '../../text/specifiers';
import { type CellModule, currentName, type Notebook } from '../notebook/cells';
import type { ValueKind } from '../notebook/declarations';
import { isLibrary } from '../types/resolution';
import type { Focus } from '../types/service';
import type { ProjectSettings } from '../types/tsconfig';
import { isMistakenAwait } from './awaits';
import { findAround } from './places';

/** One finding in a cell; offsets are those of its source. */
export interface Finding {
  /** With `%types error`, errors keep a cell from running and warnings do not. */
  readonly kind: 'error' | 'suggestion' | 'hint';
  readonly code: number;
  readonly message: string;
  readonly offset: number;
  readonly length: number;
  /** More about it, one line each. */
  readonly related: readonly string[];
}

/** TypeScript's only suggestion that is about a mistake and not about style: an `await` without effect. */
const uselessAwait = 80007;

/**
 * TypeScript errors that are ignored in a notebook.
 * - modules that are not found: the import fails at run time, with a better message
 * - top-level await under the target of a tsconfig.json, and helpers that the kernel does not import
 * - JSX without the types of a library for it
 * - `export * as name` of a CommonJS module: Node does it
 * - `globalThis.name = …`, which is how a cell makes a global
 * - variables whose type evolves (`const all = []`): TypeScript infers it within a file, not across cells
 */
const noise = new Set([
  ...[2307, 2792, 2882, 1375, 1378, 1431, 1432, 2354, 2343, 7026, 2875, 7017],
  ...[7005, 7034, 2498],
]);

/** A module that was found and has no types. */
const untypedModule = 7016;

/**
 * What `noImplicitAny` finds. Without a tsconfig.json nobody asked for it: a sketch names no types of parameters. The option
 * itself stays on, since without it `[]` is an array of nothing.
 */
const implicitAny = new Set([
  ...[7005, 7006, 7008, 7009, 7010, 7011, 7012, 7013, 7014, 7015, 7017, 7018, 7019, 7020, 7022, 7023, 7024],
  ...[7025, 7031, 7032, 7033, 7034, 7039, 7052, 7053, 7055, 7057],
]);

/** An assignment to an import, which may be the tail's import of an earlier cell's declaration. */
const assignedImport = 2632;
const assignedDeclarations: { readonly [kind in ValueKind]?: readonly [code: number, what: string] } = {
  enum: [2628, 'an enum'],
  class: [2629, 'a class'],
  function: [2630, 'a function'],
  namespace: [2631, 'a namespace'],
};

/** More findings than these are only counted. */
const mostFindings = 8;

/**
 * Checks the types of a cell, in the order of its text.
 * @throws ts.OperationCanceledException when a cell waits to be compiled
 */
export function checkCell(focus: Focus, notebook: Notebook, cell: CellModule): Finding[] {
  if (isUnchecked(cell) || isLeaving(cell.source)) return [];
  const { service, program, file } = focus;
  const isSketch = program.getCompilerOptions().configFilePath === undefined;
  const suggestions = service
    .getSuggestionDiagnostics(file.fileName)
    .filter(({ code, start }) => code === uselessAwait && isMistakenAwait(focus, start))
    .filter(({ start }) => !isIgnored(cell.source, start));
  const findings: Finding[] = [];
  for (const found of [...service.getSemanticDiagnostics(file.fileName), ...suggestions]) {
    const offset = (found.start ?? 0) - cell.shift;
    if (found.file !== file || offset >= cell.source.length || noise.has(found.code)) continue;
    if (isSketch && implicitAny.has(found.code)) continue;
    const diagnostic = found.code === assignedImport ? assignmentOf(found, focus, notebook) : found;
    const finding =
      found.code === untypedModule ? hintOf(found, offset) : findingOf(diagnostic, notebook, cell);
    if (finding) findings.push(finding);
  }
  return findings.sort((a, b) => a.offset - b.offset);
}

/** The findings that keep a cell from running, in the form of syntax problems. */
export function problemsOf(findings: readonly Finding[]): SyntaxProblem[] {
  return findings
    .filter(({ kind }) => kind === 'error')
    .map(({ message, code, offset, length, related }) => ({
      message,
      code,
      offset,
      length,
      ...(related.length > 0 && { hint: related.join('\n') }),
    }));
}

/** The findings as text for the cell's stderr; empty when there are none. */
export function warningText(findings: readonly Finding[], { source, label }: CellModule): string {
  const blocks = findings.slice(0, mostFindings).map(({ kind, code, message, offset, length, related }) => {
    if (kind === 'hint') return `${yellow('Hint:')} ${message}`;
    const lines = [
      `${yellow(`Warning TS${code}:`)} ${message}`,
      ...showPlace(label, { source, ...positionOf(source, offset), length }),
    ];
    return [...lines, ...related.map((line) => faint(`  ${line}`))].join('\n');
  });
  if (findings.length > mostFindings) blocks.push(faint(`and ${findings.length - mostFindings} more`));
  return blocks.map((block) => `${block}\n`).join('');
}

/** What is wrong with the notebook's tsconfig.json, as text; empty when nothing is. */
export function settingsText({ problems }: ProjectSettings): string {
  return problems
    .map(({ file, start, length, messageText, code }) => {
      const message = ts.flattenDiagnosticMessageText(messageText, '\n');
      const head = `${yellow(`Warning TS${code}:`)} ${message}`;
      if (!file || start === undefined) return `${head}\n`;
      const place = { source: file.text, ...positionOf(file.text, start), length };
      return `${[head, ...showPlace(basename(file.fileName), place)].join('\n')}\n`;
    })
    .join('');
}

function findingOf(diagnostic: ts.Diagnostic, notebook: Notebook, cell: CellModule): Finding {
  const { code, category, start = 0, length = 1, relatedInformation = [] } = diagnostic;
  const offset = Math.max(0, start - cell.shift);
  const message = readable(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'), notebook, cell);
  return {
    kind: category === ts.DiagnosticCategory.Error ? 'error' : 'suggestion',
    code,
    message,
    offset,
    length: Math.min(length, cell.source.length - offset),
    related: relatedInformation.map((information) =>
      relatedLine(information, diagnostic.file, notebook, cell),
    ),
  };
}

/** The finding for a declaration of an earlier cell that is assigned to, as TypeScript has it for one of the same file. */
function assignmentOf(
  diagnostic: ts.Diagnostic,
  { file, program }: Focus,
  notebook: Notebook,
): ts.Diagnostic {
  const name = findAround(file, diagnostic.start ?? 0, ts.isIdentifier);
  const [brought] = (name && program.getTypeChecker().getSymbolAtLocation(name)?.declarations) ?? [];
  const from = brought && ts.findAncestor(brought, ts.isImportDeclaration)?.moduleSpecifier;
  if (!name || !from || !ts.isStringLiteral(from)) return diagnostic;
  const kind = notebook.find(from.text.slice(2))?.outline.values.get(name.text)?.kind;
  const [code, what] = (kind && assignedDeclarations[kind]) ?? [];
  if (code === undefined) return diagnostic;
  return { ...diagnostic, code, messageText: `Cannot assign to '${name.text}' because it is ${what}.` };
}

/** How to install the types of a package; nothing for the user's own files. */
function hintOf({ code, messageText, length = 1 }: ts.Diagnostic, offset: number): Finding | undefined {
  const [, specifier = ''] = /'([^']+)'/.exec(ts.flattenDiagnosticMessageText(messageText, '\n')) ?? [];
  const path = withoutNpm(specifier);
  if (!isBare(path)) return undefined;
  const name = packageOf(path).replace(/^@(.*)\/(.*)$/, '$1__$2');
  const message = `no types for '${specifier}': %npm install --save-dev @types/${name}`;
  return { kind: 'hint', code, message, offset, length, related: [] };
}

function relatedLine(
  { file, start = 0, messageText }: ts.DiagnosticRelatedInformation,
  own: ts.SourceFile | undefined,
  notebook: Notebook,
  cell: CellModule,
): string {
  const message = readable(ts.flattenDiagnosticMessageText(messageText, ' '), notebook, cell);
  if (!file) return message;
  if (file === own) {
    if (start - cell.shift >= cell.source.length) return message;
    const { line, column } = positionOf(cell.source, start - cell.shift);
    return `${cell.label}:${line}:${column} ${message}`;
  }
  const other = notebook.find(basename(file.fileName).replace(/\..*$/, ''));
  if (other) return `${other.label} ${message}`;
  // Lines of a library do not help.
  const { line, column } = positionOf(file.text, start);
  const place = isLibrary(file.fileName) ? '' : `:${line}:${column}`;
  return `${basename(file.fileName)}${place} ${message}`;
}

/** The checker names modules to tell types of the same name apart; shows the cells' labels instead. */
function readable(message: string, notebook: Notebook, own: CellModule): string {
  return message.replace(
    /import\("([^"]*)"\)\.([\p{ID_Continue}$.]+)/gu,
    (whole, path: string, name: string) => {
      const module = basename(path);
      const cell = notebook.find(module);
      if (module === currentName || cell === own) return name;
      return cell ? `${name} (of ${cell.label})` : whole;
    },
  );
}

/** Whether a comment at the top says `@ts-nocheck`. TypeScript finds it too, but not for suggestions nor for an object. */
function isUnchecked({ text, shift }: CellModule): boolean {
  const code = text.slice(shift);
  const comments = ts.getLeadingCommentRanges(code, 0) ?? [];
  return comments.some(({ pos, end }) => /^\/\/\/?\s*@ts-nocheck\b/.test(code.slice(pos, end)));
}

// The checker applies `@ts-ignore` to errors only.
function isIgnored(source: string, offset: number): boolean {
  const { line } = positionOf(source, offset);
  return /^\s*(?:\/\/|\/\*).*@ts-(?:ignore|expect-error)/.test(lineOf(source, line - 1) ?? '');
}
