// What is known of the name under the cursor: its type, its documentation, its definition.
// Rule: plain text and Markdown have the same content; if nothing is found the answer is undefined, not empty.
import ts from 'typescript';
import type { MimeBundle } from '../../api';
import { findAround, isLocalTo, livePathOf, wordAround } from '../../completion/places';
import type { LiveQuestion } from '../../threads/language-protocol';
import type { Notebook } from '../notebook/cells';
import type { ValueKind } from '../notebook/declarations';
import { readComments } from '../types/registry';
import type { Focus, TypeService } from '../types/service';
import { definitionOf } from './definition';
import { bulletsOf, documentationText } from './documentation';

export interface InspectionAnswer {
  readonly data?: MimeBundle;
  readonly live?: LiveQuestion;
}

/** One part of the answer: code, or Markdown that is readable as plain text. */
interface Section {
  readonly kind: 'code' | 'text';
  readonly text: string;
}

/**
 * Describes the name that the cursor touches; between a call's parentheses and on no name, the called function.
 * @param offset UTF-16 offset of the cursor
 * @param detail 1 to include the definition's source
 * @throws ts.OperationCanceledException when a cell waits to be compiled
 */
export function inspectAt(
  types: TypeService,
  notebook: Notebook,
  source: string,
  offset: number,
  detail: 0 | 1,
): InspectionAnswer {
  const focus = types.focusDraft(notebook.draft(source));
  const word = wordAround(source, offset);
  const place = word.start < word.end ? word.start : offset;
  const checker = focus.program.getTypeChecker();
  readComments(symbolAt(focus, place), checker);
  const sections = [...quickInfo(focus, place)];
  const name = word.start < word.end ? findAround(focus.file, place, ts.isIdentifier) : undefined;
  // A member without a type may have a live value. A name that is not declared is probably still being typed.
  const isCall = sections.length === 0 && !(name && accessOf(name));
  const subject = isCall ? calleeAt(focus.file, offset) : place;
  if (isCall) {
    readComments(symbolAt(focus, subject), checker);
    sections.push(...signatureHelp(focus, offset));
  }
  if (sections.length > 0 && detail === 1) {
    const definition = definitionOf(focus, notebook, subject);
    if (definition) {
      sections.push({ kind: 'text', text: definition.title }, { kind: 'code', text: definition.text });
    }
  }
  return {
    data: sections.length > 0 ? bundle(sections) : undefined,
    live:
      isCall && sections.length > 0
        ? undefined
        : liveQuestionAt(focus, place, (name) => notebook.names.get(name)?.value?.kind ?? 'unknown'),
  };
}

/** What is known of the name at an offset of a module, as Markdown. */
export function hoverAt(focus: Focus, offset: number): string | undefined {
  readComments(symbolAt(focus, offset), focus.program.getTypeChecker());
  const sections = [...quickInfo(focus, offset)];
  return sections.length > 0 ? markdownOf(sections) : undefined;
}

function symbolAt({ file, program }: Focus, offset: number): ts.Symbol | undefined {
  const named = findAround(
    file,
    offset,
    (node): node is ts.Node => ts.isMemberName(node) || ts.isStringLiteralLike(node),
  );
  return named && program.getTypeChecker().getSymbolAtLocation(named);
}

function* quickInfo(focus: Focus, offset: number): Generator<Section> {
  const info = infoAt(focus, offset);
  if (!info?.displayParts?.length) return;
  const code = ts
    .displayPartsToString(info.displayParts)
    .replace(/^\(alias\) /, '')
    .replace(/\nimport [\p{ID_Continue}$]+$/u, '');
  yield { kind: 'code', text: code };
  yield* documented(info.documentation, info.tags);
}

/** TypeScript's answer for a name. A type's name is looked up also where only a value may stand: `Row?` asks about the type. */
function infoAt({ service, file, program }: Focus, offset: number): ts.QuickInfo | undefined {
  const info = service.getQuickInfoAtPosition(file.fileName, offset);
  const [part, ...more] = info?.displayParts ?? [];
  // For a name that is not declared TypeScript says only `any`.
  if (more.length > 0 || part?.text !== 'any') return info;
  const name = findAround(file, offset, ts.isIdentifier);
  if (!name || accessOf(name)) return undefined;
  const types = program.getTypeChecker().getSymbolsInScope(name, ts.SymbolFlags.Type | ts.SymbolFlags.Alias);
  const declaration = types.find((type) => type.name === name.text)?.declarations?.[0];
  const named = declaration && ts.getNameOfDeclaration(declaration);
  return named && service.getQuickInfoAtPosition(named.getSourceFile().fileName, named.getStart());
}

function* signatureHelp({ service, file }: Focus, offset: number): Generator<Section> {
  const help = service.getSignatureHelpItems(file.fileName, offset, undefined);
  const item = help?.items[help.selectedItemIndex];
  if (!help || !item) return;
  const join = (parts: readonly ts.SymbolDisplayPart[]) => ts.displayPartsToString([...parts]);
  const parameters = item.parameters.map(({ displayParts }) => join(displayParts));
  yield {
    kind: 'code',
    text: `${join(item.prefixDisplayParts)}${parameters.join(join(item.separatorDisplayParts))}${join(item.suffixDisplayParts)}`,
  };
  if (help.items.length > 1) {
    yield { kind: 'text', text: `Overload ${help.selectedItemIndex + 1} of ${help.items.length}` };
  }
  const index = Math.min(help.argumentIndex, item.isVariadic ? parameters.length - 1 : help.argumentIndex);
  const active = item.parameters[index];
  if (active) {
    const about = documentationText(active.documentation);
    yield { kind: 'text', text: `▸ **\`${join(active.displayParts)}\`**${about && ` — ${about}`}` };
  }
  yield* documented(item.documentation, item.tags);
}

function* documented(
  documentation: readonly ts.SymbolDisplayPart[] | undefined,
  tags: readonly ts.JSDocTagInfo[] | undefined,
): Generator<Section> {
  const text = [documentationText(documentation), bulletsOf(tags)].filter(Boolean).join('\n\n');
  if (text) yield { kind: 'text', text };
}

function bundle(sections: readonly Section[]): MimeBundle {
  return {
    'text/plain': sections.map(({ kind, text }) => (kind === 'code' ? text : plainText(text))).join('\n\n'),
    'text/markdown': markdownOf(sections),
  };
}

const markdownOf = (sections: readonly Section[]): string =>
  sections
    .map(({ kind, text }) => (kind === 'code' ? `\`\`\`typescript\n${text}\n\`\`\`` : text))
    .join('\n\n');

/** Markdown as plain text: examples lose their fences, their code stays as it is. */
function plainText(markdown: string): string {
  return markdown
    .split(/^```\w*\n([\s\S]*?)\n?```$/m)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part
            .replace(/^\*(@\w+)\*/gm, '$1')
            .replaceAll('**', '')
            .replaceAll('`', ''),
    )
    .join('');
}

/** The property access that a name is the member of. */
function accessOf(name: ts.Identifier): ts.PropertyAccessExpression | undefined {
  const { parent } = name;
  return ts.isPropertyAccessExpression(parent) && parent.name === name ? parent : undefined;
}

/** The offset of the called function's name, when the cursor is between its parentheses. */
function calleeAt(file: ts.SourceFile, offset: number): number {
  const call = findAround(
    file,
    offset,
    (node): node is ts.CallExpression | ts.NewExpression =>
      (ts.isCallExpression(node) || ts.isNewExpression(node)) && node.expression.end < offset,
  );
  if (!call) return offset;
  const { expression } = call;
  return ts.isPropertyAccessExpression(expression)
    ? expression.name.getStart(file)
    : expression.getStart(file);
}

/**
 * Whether to ask for the live value: for variables of the notebook, and for values without a type.
 * @param kindOf of what kind a name of the notebook is; nothing where its value is not asked for
 */
export function liveQuestionAt(
  { program, file }: Focus,
  offset: number,
  kindOf: (name: string) => ValueKind | 'unknown' | undefined,
): LiveQuestion | undefined {
  const name = findAround(file, offset, ts.isIdentifier);
  if (!name) return undefined;
  const checker = program.getTypeChecker();
  const path = livePathOf(accessOf(name) ?? name, isLocalTo(checker));
  if (!path) return undefined;
  const kind = kindOf(path[0]!);
  if (kind === undefined) return undefined;
  const isUntyped = (checker.getTypeAtLocation(name).flags & ts.TypeFlags.Any) !== 0;
  return isUntyped || kind === 'let' || kind === 'const' ? { path, prefix: '' } : undefined;
}
