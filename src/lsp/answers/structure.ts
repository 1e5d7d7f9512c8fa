// What a cell is made of: its parts to fold and to list, what each word is, and the types that are not written.
import ts from 'typescript';
import {
  type DocumentSymbol,
  type FoldingRange,
  FoldingRangeKind,
  type InlayHint,
  InlayHintKind,
  type SemanticTokens,
  SemanticTokensBuilder,
  SymbolKind,
} from 'vscode-languageserver';
import type { DocumentCell } from '../cell';
import type { OpenNotebook } from '../notebook';
import type { Selection } from '../subject';

export function foldingRanges(notebook: OpenNotebook, cell: DocumentCell): FoldingRange[] {
  if (!cell.isCode) return [];
  const { service, file } = notebook.openText(cell.code, cell.outline.jsx);
  return service.getOutliningSpans(file.fileName).flatMap(({ textSpan, kind }) => {
    const { start, end } = cell.rangeOf(textSpan.start, textSpan.start + textSpan.length);
    if (start.line === end.line) return [];
    // The line with the closing bracket stays in sight.
    const closes = /[\])}`]/.test(cell.code[textSpan.start + textSpan.length - 1] ?? '');
    return [
      {
        startLine: start.line,
        endLine: Math.max(start.line, closes ? end.line - 1 : end.line),
        ...(kind === ts.OutliningSpanKind.Comment && { kind: FoldingRangeKind.Comment }),
        ...(kind === ts.OutliningSpanKind.Imports && { kind: FoldingRangeKind.Imports }),
        ...(kind === ts.OutliningSpanKind.Region && { kind: FoldingRangeKind.Region }),
      },
    ];
  });
}

export function documentSymbols(notebook: OpenNotebook, cell: DocumentCell): DocumentSymbol[] {
  if (!cell.isCode) return [];
  const { service, file } = notebook.openText(cell.code, cell.outline.jsx);
  const symbolOf = (item: ts.NavigationTree): DocumentSymbol[] => {
    const [span] = item.spans;
    if (!span || item.kind === ts.ScriptElementKind.alias) return [];
    const name = item.nameSpan ?? span;
    return [
      {
        name: item.text,
        kind: kindOf(item.kind),
        range: cell.rangeOf(span.start, span.start + span.length),
        selectionRange: cell.rangeOf(name.start, name.start + name.length),
        children: (item.childItems ?? []).flatMap(symbolOf),
      },
    ];
  };
  return (service.getNavigationTree(file.fileName).childItems ?? []).flatMap(symbolOf);
}

function kindOf(kind: ts.ScriptElementKind): SymbolKind {
  switch (kind) {
    case ts.ScriptElementKind.classElement:
      return SymbolKind.Class;
    case ts.ScriptElementKind.interfaceElement:
      return SymbolKind.Interface;
    case ts.ScriptElementKind.typeElement:
      return SymbolKind.TypeParameter;
    case ts.ScriptElementKind.enumElement:
      return SymbolKind.Enum;
    case ts.ScriptElementKind.enumMemberElement:
      return SymbolKind.EnumMember;
    case ts.ScriptElementKind.moduleElement:
      return SymbolKind.Namespace;
    case ts.ScriptElementKind.functionElement:
      return SymbolKind.Function;
    case ts.ScriptElementKind.memberFunctionElement:
      return SymbolKind.Method;
    case ts.ScriptElementKind.constructorImplementationElement:
      return SymbolKind.Constructor;
    case ts.ScriptElementKind.memberVariableElement:
    case ts.ScriptElementKind.memberGetAccessorElement:
    case ts.ScriptElementKind.memberSetAccessorElement:
      return SymbolKind.Property;
    case ts.ScriptElementKind.constElement:
      return SymbolKind.Constant;
    default:
      return SymbolKind.Variable;
  }
}

/** In TypeScript's order of the classification of 2020, as are the modifiers. */
export const tokenLegend = {
  tokenTypes: [
    'class',
    'enum',
    'interface',
    'namespace',
    'typeParameter',
    'type',
    'parameter',
    'variable',
    'enumMember',
    'property',
    'function',
    'method',
  ],
  tokenModifiers: ['declaration', 'static', 'async', 'readonly', 'defaultLibrary', 'local'],
};

/** @throws ts.OperationCanceledException when the answer is no longer wanted */
export function semanticTokens(notebook: OpenNotebook, cells: readonly DocumentCell[]): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  for (const cell of cells) {
    if (!cell.isCode) continue;
    const { service, file } = notebook.open(cell);
    const { spans } = service.getEncodedSemanticClassifications(
      file.fileName,
      { start: cell.shift, length: cell.source.length },
      ts.SemanticClassificationFormat.TwentyTwenty,
    );
    for (let index = 0; index < spans.length; index += 3) {
      const [start = 0, length = 0, what = 0] = spans.slice(index, index + 3);
      const range = cell.rangeOfSpan({ start, length });
      if (!range || what < 256) continue;
      const { line, character } = range.start;
      builder.push(line, character, length, (what >> 8) - 1, what & 255);
    }
  }
  return builder.build();
}

/** @throws ts.OperationCanceledException when the answer is no longer wanted */
export function inlayHints({ notebook, cell, offset, end }: Selection): InlayHint[] {
  if (!cell.isCode) return [];
  const { service, file } = notebook.open(cell);
  const hints = service.provideInlayHints(
    file.fileName,
    { start: offset + cell.shift, length: end - offset },
    {
      includeInlayParameterNameHints: 'literals',
      includeInlayVariableTypeHints: true,
      includeInlayVariableTypeHintsWhenTypeMatchesName: false,
      includeInlayFunctionLikeReturnTypeHints: true,
      includeInlayFunctionParameterTypeHints: true,
      includeInlayPropertyDeclarationTypeHints: true,
      includeInlayEnumMemberValueHints: true,
    },
  );
  return hints.flatMap(({ text, displayParts, position, kind, whitespaceBefore, whitespaceAfter }) => {
    const range = cell.rangeOfSpan({ start: position, length: 0 });
    if (!range) return [];
    return [
      {
        position: range.start,
        label: text || (displayParts ?? []).map((part) => part.text).join(''),
        ...(kind !== ts.InlayHintKind.Enum && {
          kind: kind === ts.InlayHintKind.Type ? InlayHintKind.Type : InlayHintKind.Parameter,
        }),
        ...(whitespaceBefore && { paddingLeft: true }),
        ...(whitespaceAfter && { paddingRight: true }),
      },
    ];
  });
}
