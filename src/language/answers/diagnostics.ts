// The type checker's findings in a cell, reduced to those that help the user.
// Rule: what is normal in a notebook is no finding; what the user cannot change takes one line.

import ts from 'typescript';
import { isLeaving } from '../../compile/leaving';
import { findAround } from '../../completion/places';
import { lineOf, positionOf } from '../../text/lines';
import { isBare, packageOf, withoutNpm } from '../../text/specifiers';
import type { ValueKind } from '../notebook/declarations';
import type { CellModule, Surroundings } from '../notebook/module';
import { isEmptyObject } from '../types/holes';
import { isLibrary } from '../types/resolution';
import type { Focus } from '../types/service';
import { isMistakenAwait } from './awaits';
import { isProbed, isSaidUnknown, MemberUses, ownerAt } from './members';
import { type Finding, Wording } from './wording';

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

/** A member that is not there, without and with another name that may be meant. */
const missingMember = new Set([2339, 2551]);

/** A name that is not there, likewise. */
const missingName = new Set([2304, 2552]);

/** What TypeScript says of a promise whose value has the member. */
const forgottenAwait = "Did you forget to use 'await'?";

/** Something of type `unknown` is used. */
const usedUnknown = new Set([18046, 2571]);

/** An assignment to an import, which may be the tail's import of an earlier cell's declaration. */
const assignedImport = 2632;
const assignedDeclarations: { readonly [kind in ValueKind]?: readonly [code: number, what: string] } = {
  enum: [2628, 'an enum'],
  class: [2629, 'a class'],
  function: [2630, 'a function'],
  namespace: [2631, 'a namespace'],
};

/**
 * Checks the types of a cell, in the order of its text.
 * @throws ts.OperationCanceledException when a cell waits to be compiled
 */
export function checkCell(focus: Focus, notebook: Surroundings, cell: CellModule): Finding[] {
  if (isUnchecked(cell) || isLeaving(cell.source)) return [];
  const { service, program, file } = focus;
  const isSketch = program.getCompilerOptions().configFilePath === undefined;
  const suggestions = service
    .getSuggestionDiagnostics(file.fileName)
    .filter(({ code, start }) => code === uselessAwait && isMistakenAwait(focus, start))
    .filter(({ start }) => !isIgnored(cell.source, start));
  const wording = new Wording(focus, notebook, cell);
  const findings: Finding[] = [];
  for (const found of [...service.getSemanticDiagnostics(file.fileName), ...suggestions]) {
    const offset = (found.start ?? 0) - cell.shift;
    if (found.file !== file || offset >= cell.source.length || noise.has(found.code)) continue;
    if (isSketch && implicitAny.has(found.code)) continue;
    if (isSketch && usedUnknown.has(found.code) && !isSaidUnknown(focus, notebook, found.start ?? 0))
      continue;
    if (missingName.has(found.code) && isProbed(focus, found.start ?? 0)) continue;
    const owner = missingMember.has(found.code) ? ownerAt(focus, found.start ?? 0) : undefined;
    // `const options = {}`, and then `options.depth = 3`.
    if (isSketch && owner && isEmptyObject(owner)) continue;
    const diagnostic = found.code === assignedImport ? assignmentOf(found, focus, notebook) : found;
    const finding = found.code === untypedModule ? hintOf(found, offset) : wording.findingOf(diagnostic);
    if (finding) findings.push(owner?.getProperty('then') ? aboutPromise(finding) : finding);
  }
  return findings.sort((a, b) => a.offset - b.offset);
}

/**
 * Checks a cell once more, with the types that the values of earlier cells have.
 * @param cell its text has these types
 * @param findings those by static types
 * @returns those that hold all the same, and members that are not there
 * @throws ts.OperationCanceledException when a cell waits to be compiled
 */
export function checkWithValues(
  focus: Focus,
  notebook: Surroundings,
  cell: CellModule,
  findings: readonly Finding[],
): Finding[] {
  const seen = checkCell(focus, notebook, cell);
  const isIn = (all: readonly Finding[], { code, offset }: Finding) =>
    all.some((one) => one.code === code && one.offset === offset);
  const members = new MemberUses(focus, cell.source.length + cell.shift);
  const kept = findings.filter((found) => isIn(seen, found));
  const added = seen.filter(
    (found) =>
      missingMember.has(found.code) &&
      !isIn(findings, found) &&
      members.isMistaken(found.offset + cell.shift),
  );
  return [...kept, ...added].sort((a, b) => a.offset - b.offset);
}

/** The finding for a declaration of an earlier cell that is assigned to, as TypeScript has it for one of the same file. */
function assignmentOf(
  diagnostic: ts.Diagnostic,
  { file, program }: Focus,
  notebook: Surroundings,
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

/** A member of a promise is mostly one of its value. TypeScript says so only where it knows that. */
function aboutPromise(finding: Finding): Finding {
  const isTold = finding.related.some(({ message }) => message === forgottenAwait);
  return isTold ? finding : { ...finding, related: [...finding.related, { message: forgottenAwait }] };
}

/** The package of types that a hint speaks of. */
export const typesPackageOf = ({ code, message }: Finding): string | undefined =>
  code === untypedModule ? message.slice(message.lastIndexOf(' ') + 1) : undefined;

/** How to install the types of a package; nothing for the user's own files and packages. */
function hintOf({ code, messageText, length = 1 }: ts.Diagnostic, offset: number): Finding | undefined {
  const text = ts.flattenDiagnosticMessageText(messageText, '\n');
  const [, specifier = '', file = ''] = /'([^']+)'\. '([^']+)'/.exec(text) ?? [];
  const path = withoutNpm(specifier);
  // Packages of a workspace are found where they really are.
  if (!isBare(path) || !isLibrary(file)) return undefined;
  const name = packageOf(path).replace(/^@(.*)\/(.*)$/, '$1__$2');
  const message = `no types for '${specifier}': %npm install --save-dev @types/${name}`;
  return { severity: 'hint', code, message, offset, length, related: [] };
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
