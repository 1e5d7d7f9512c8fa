// What this front end does with what the language server says, as it tells the server.
import type { ClientCapabilities } from 'vscode-languageserver-protocol';

export const clientCapabilities: ClientCapabilities = {
  general: { positionEncodings: ['utf-16'] },
  notebookDocument: { synchronization: {} },
  textDocument: {
    publishDiagnostics: { relatedInformation: true, versionSupport: true, tagSupport: { valueSet: [1, 2] } },
    completion: {
      completionItem: {
        snippetSupport: false,
        deprecatedSupport: true,
        documentationFormat: ['markdown', 'plaintext'],
        labelDetailsSupport: true,
        resolveSupport: { properties: ['documentation', 'detail', 'additionalTextEdits'] },
      },
      contextSupport: true,
    },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    signatureHelp: {
      contextSupport: true,
      signatureInformation: {
        documentationFormat: ['markdown', 'plaintext'],
        activeParameterSupport: true,
        parameterInformation: { labelOffsetSupport: true },
      },
    },
    definition: {},
    references: {},
    rename: { prepareSupport: true },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source.organizeImports'] } },
      isPreferredSupport: true,
    },
    formatting: {},
    rangeFormatting: {},
  },
};
