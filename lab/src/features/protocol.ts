// What these files need of the protocol besides its types: the names of requests and a few numbers.
// Rule: the library itself is not part of the extension; its types say that these are right.
import type {
  CodeActionRequest,
  CodeActionTriggerKind,
  CompletionRequest,
  CompletionResolveRequest,
  CompletionTriggerKind,
  DefinitionRequest,
  DocumentFormattingRequest,
  HoverRequest,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  SignatureHelpRequest,
  SignatureHelpTriggerKind,
} from 'vscode-languageserver-protocol';

/** A request is known by its method alone. */
const request = <Type extends { readonly method: string }>(method: Type['method']): Type =>
  ({ method }) as Type;

export const requests = {
  codeAction: request<typeof CodeActionRequest.type>('textDocument/codeAction'),
  completion: request<typeof CompletionRequest.type>('textDocument/completion'),
  completionResolve: request<typeof CompletionResolveRequest.type>('completionItem/resolve'),
  definition: request<typeof DefinitionRequest.type>('textDocument/definition'),
  formatting: request<typeof DocumentFormattingRequest.type>('textDocument/formatting'),
  hover: request<typeof HoverRequest.type>('textDocument/hover'),
  prepareRename: request<typeof PrepareRenameRequest.type>('textDocument/prepareRename'),
  references: request<typeof ReferencesRequest.type>('textDocument/references'),
  rename: request<typeof RenameRequest.type>('textDocument/rename'),
  signatureHelp: request<typeof SignatureHelpRequest.type>('textDocument/signatureHelp'),
};

export const quickFix = 'quickfix';
export const organizeImports = 'source.organizeImports';

/** The person has asked. */
export const invoked: CodeActionTriggerKind & CompletionTriggerKind & SignatureHelpTriggerKind = 1;
/** A character that was typed asks. */
export const triggered: CompletionTriggerKind & SignatureHelpTriggerKind = 2;
/** What was shown before may have changed. */
export const changed: SignatureHelpTriggerKind = 3;
