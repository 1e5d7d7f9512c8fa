// What mends a mistake at the cursor, and what puts the imports of a cell in order: a list to choose from.
import type { CodeAction, CodeActionParams, Command, Diagnostic } from 'vscode-languageserver-protocol';
import { type Choice, choose } from './choice';
import type { Edits } from './edits';
import { messageOf, type Notices, said } from './notices';
import type { Place } from './places';
import { positionAt, spanOf } from './positions';
import { invoked, organizeImports, quickFix, requests } from './protocol';

export interface FixesOptions {
  readonly notices: Notices;
  readonly edits: Edits;
}

export class Fixes {
  readonly #options: FixesOptions;

  constructor(options: FixesOptions) {
    this.#options = options;
  }

  /** Lists what can be done at a place. */
  async list(place: Place): Promise<void> {
    const { view, offset } = place;
    const { notices } = this.#options;
    const diagnostics = diagnosticsAt(place);
    const found = await said(
      place,
      notices,
      Promise.all([
        diagnostics.length > 0 ? this.#ask(place, diagnostics, [quickFix]) : [],
        this.#ask(place, [], [organizeImports]),
      ]),
    );
    const [fixes, others] = found ?? [];
    if (!fixes || !others) return;
    if (fixes.length + others.length === 0) {
      const text = diagnostics.length > 0 ? 'No fix is known for this.' : 'There is nothing to fix here.';
      return notices.show(view, offset, text);
    }
    const isPreferred = ({ isPreferred: is }: CodeAction) => (is ? 0 : 1);
    const sorted = [...fixes].sort((a, b) => isPreferred(a) - isPreferred(b));
    const at = diagnostics[0] ? spanOf(view.state.doc, diagnostics[0].range).from : offset;
    choose(view, at, [this.#choices(place, sorted), this.#choices(place, others)]);
  }

  /** Puts the imports of the cell in order. */
  async organizeImports(place: Place): Promise<void> {
    const { notices } = this.#options;
    const question = this.#ask(place, [], [organizeImports]);
    const [action] = (await said(place, notices, question)) ?? [];
    if (action) await this.#apply(place, action);
    else notices.show(place.view, place.offset, 'The imports of this cell are in order.');
  }

  async #ask(place: Place, diagnostics: Diagnostic[], only: string[]): Promise<CodeAction[] | undefined> {
    const { server, uri, view } = place;
    const { from, to } = view.state.selection.main;
    const range = { start: positionAt(view.state.doc, from), end: positionAt(view.state.doc, to) };
    const params: CodeActionParams = {
      textDocument: { uri },
      range: diagnostics[0]?.range ?? range,
      context: { diagnostics, only, triggerKind: invoked },
    };
    const found = await server.request(requests.codeAction, params);
    return found === undefined ? undefined : (found ?? []).filter(isAction);
  }

  #choices(place: Place, actions: readonly CodeAction[]): Choice[] {
    const { doc } = place.view.state;
    return actions.map((action) => ({
      label: action.title,
      run: () => {
        if (place.view.state.doc === doc) void this.#apply(place, action);
        else this.#options.notices.show(place.view, place.offset, 'Not done: the text has changed since.');
      },
    }));
  }

  async #apply(place: Place, { edit }: CodeAction): Promise<void> {
    try {
      if (edit) await this.#options.edits.apply(place, edit);
    } catch (error) {
      this.#options.notices.show(place.view, place.offset, messageOf(error));
    }
  }
}

const isAction = (one: CodeAction | Command): one is CodeAction => 'edit' in one;

/** What is wrong at a place, or at least in its line: what is nearest first. */
function diagnosticsAt({ server, uri, view, offset }: Place): Diagnostic[] {
  const { doc } = view.state;
  const line = doc.lineAt(offset);
  const all = server
    .diagnosticsOf(uri)
    .map((diagnostic) => ({ diagnostic, ...spanOf(doc, diagnostic.range) }));
  const here = all.filter(({ from, to }) => from <= offset && offset <= to);
  const near = here.length > 0 ? here : all.filter(({ from, to }) => from <= line.to && to >= line.from);
  const distance = ({ from, to }: (typeof all)[number]) =>
    offset < from ? from - offset : offset > to ? offset - to : 0;
  return near.sort((a, b) => distance(a) - distance(b)).map(({ diagnostic }) => diagnostic);
}
