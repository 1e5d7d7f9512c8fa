// What the language server says that it can do.
import { pathToFileURL } from 'node:url';
import { CodeActionKind, type ServerCapabilities, TextDocumentSyncKind } from 'vscode-languageserver';
import { tokenLegend } from './answers/structure';

const languages = ['typescript', 'typescriptreact', 'javascript', 'javascriptreact'].map((language) => ({
  language,
}));

/** @param directory where documents without a place live: for a front end that knows paths from a root of its own only */
export function capabilitiesIn(directory: string): ServerCapabilities {
  return {
    textDocumentSync: {
      openClose: true,
      change: TextDocumentSyncKind.Incremental,
      save: true,
    },
    notebookDocumentSync: { notebookSelector: [{ notebook: '*', cells: languages }], save: true },
    completionProvider: {
      triggerCharacters: ['.', '"', "'", '`', '/', '@', '<', '#', '%'],
      resolveProvider: true,
    },
    hoverProvider: true,
    definitionProvider: true,
    typeDefinitionProvider: true,
    referencesProvider: true,
    documentHighlightProvider: true,
    renameProvider: { prepareProvider: true },
    codeActionProvider: {
      codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.SourceOrganizeImports],
    },
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
    foldingRangeProvider: true,
    documentSymbolProvider: true,
    semanticTokensProvider: { legend: tokenLegend, full: true },
    inlayHintProvider: true,
    signatureHelpProvider: { triggerCharacters: ['(', ',', '<'], retriggerCharacters: [')'] },
    diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: false },
    experimental: { directory: pathToFileURL(directory).href },
  };
}
