// What is known of the name at the cursor, and of the call that is being typed.
import ts from 'typescript';
import type { Hover, MarkupContent, Range, SignatureHelp, SignatureHelpContext } from 'vscode-languageserver';
import { inspectMagic } from '../../completion/magics';
import { wordAround } from '../../completion/places';
import { bulletsOf, documentationText } from '../../language/answers/documentation';
import { hoverAt } from '../../language/answers/inspect';
import type { LiveQuestion } from '../../threads/language-protocol';
import { inModule, isKnownIn, type Subject } from '../subject';
import { valueAt } from './live';

/** What types say of a name, and where a value of it may be. */
export interface Description {
  readonly text: string | undefined;
  readonly range?: Range;
  readonly live?: LiveQuestion | undefined;
}

/** @throws ts.OperationCanceledException when the answer is no longer wanted */
export function describe(subject: Subject): Description | undefined {
  const { notebook, cell, offset } = subject;
  if (!cell.isCode) return undefined;
  const magic = inspectMagic(cell.source, offset, isKnownIn(subject));
  if (magic) return { text: magic['text/markdown'] as string };
  const word = wordAround(cell.source, offset);
  const focus = notebook.open(cell);
  const place = (word.start < word.end ? word.start : offset) + cell.shift;
  return {
    text: hoverAt(focus, place),
    ...(word.start < word.end && { range: cell.rangeOf(word.start, word.end) }),
    live: valueAt(subject, focus, place),
  };
}

/** @param value what the value looks like, as plain text */
export function hoverOf({ text, range }: Description, value: string | null): Hover | undefined {
  if (text === undefined && value === null) return undefined;
  const shown = value === null ? [] : [fenced(value)];
  return {
    contents: markdown([...(text === undefined ? [] : [text]), ...shown].join('\n\n')),
    ...(range && { range }),
  };
}

/** Text that may have fences of its own, in a longer one. */
function fenced(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`{3,}/g), ([fence]) => fence.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

const triggers: ReadonlySet<string | undefined> = new Set(['(', ',', '<', ')']);

/** @throws ts.OperationCanceledException when the answer is no longer wanted */
export function signatureHelp(subject: Subject, context?: SignatureHelpContext): SignatureHelp | undefined {
  const { notebook, cell } = subject;
  if (!cell.isCode) return undefined;
  const { service, file } = notebook.open(cell);
  const character = context?.triggerCharacter;
  const reason: ts.SignatureHelpTriggerReason | undefined =
    character !== undefined && triggers.has(character)
      ? context?.isRetrigger
        ? { kind: 'retrigger', triggerCharacter: character as ts.SignatureHelpRetriggerCharacter }
        : { kind: 'characterTyped', triggerCharacter: character as ts.SignatureHelpTriggerCharacter }
      : undefined;
  const help = service.getSignatureHelpItems(
    file.fileName,
    inModule(subject),
    reason && { triggerReason: reason },
  );
  if (!help) return undefined;
  const join = (parts: readonly ts.SymbolDisplayPart[]) => ts.displayPartsToString([...parts]);
  return {
    activeSignature: help.selectedItemIndex,
    activeParameter: help.argumentIndex,
    signatures: help.items.map((item) => {
      let label = join(item.prefixDisplayParts);
      const parameters = item.parameters.map(({ displayParts, documentation }, index) => {
        if (index > 0) label += join(item.separatorDisplayParts);
        const start = label.length;
        label += join(displayParts);
        const about = documentationText(documentation);
        const place: [number, number] = [start, label.length];
        return { label: place, ...(about && { documentation: markdown(about) }) };
      });
      label += join(item.suffixDisplayParts);
      const about = [documentationText(item.documentation), bulletsOf(item.tags.filter(isNoParameter))];
      const text = about.filter(Boolean).join('\n\n');
      const last = item.isVariadic ? parameters.length - 1 : help.argumentIndex;
      return {
        label,
        parameters,
        activeParameter: Math.min(help.argumentIndex, last),
        ...(text && { documentation: markdown(text) }),
      };
    }),
  };
}

/** Parameters have their documentation beside them. */
const isNoParameter = ({ name }: ts.JSDocTagInfo): boolean => name !== 'param';

export const markdown = (value: string): MarkupContent => ({ kind: 'markdown', value });
