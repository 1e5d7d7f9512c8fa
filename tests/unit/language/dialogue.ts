// A notebook without a kernel: cells are compiled, registered, checked and asked about, as the manager would do it.
import type { CellId, CompletionItem, ErrorPlace } from '../../../src/api';
import { Look } from '../../../src/execution/values/look';
import { LanguageSession } from '../../../src/language/session';
import type { TypeChecking } from '../../../src/magics/catalog';
import {
  type Check,
  type LanguageEvent,
  type LanguageQuestions,
  type LanguageRequest,
  type LiveQuestion,
  sharedAwaited,
} from '../../../src/threads/language-protocol';
import type { Reply } from '../../../src/threads/requests';
import type { Shape } from '../../../src/threads/shape';

type Answer<Kind extends keyof LanguageQuestions> = LanguageQuestions[Kind]['answers'];

export interface Run {
  readonly types?: TypeChecking;
  /** The names that have a value afterwards; all unless told. */
  readonly bound?: readonly string[];
  /** The cell throws, at its end unless `bound` tells otherwise. */
  readonly fails?: boolean;
  /** The names of imports that brought no value. */
  readonly imported?: readonly string[];
}

export interface Listed {
  readonly texts: string[];
  readonly items: readonly CompletionItem[];
  /** The part of the source that an item replaces. */
  readonly replaced: string;
  readonly live: LiveQuestion | undefined;
}

export class Dialogue {
  readonly waiting = sharedAwaited();
  session: LanguageSession;
  readonly #replies: Reply[] = [];
  readonly #checks = new Map<CellId, Check>();
  #latest: Check | undefined;
  /** Labels of the cells that the session let go of. */
  readonly pruned: string[] = [];
  readonly #labels = new Map<CellId, string>();
  #requests = 0;
  #cells = 0;

  /** The values that the names of cells have, as far as anybody asks for them. */
  readonly live: { [name: string]: unknown } = {};
  /** Packages that npm would find. */
  readonly published: string[] = [];
  #unanswered = 0;

  constructor(readonly directory: string) {
    this.session = this.#open();
  }

  /** Another worker takes over what this one knows. @returns whether this one had nothing left to do */
  succeed(): boolean {
    const known = this.#ask('leave', {});
    if (known) this.session = this.#open(known);
    return known !== undefined;
  }

  #open(known?: Uint8Array): LanguageSession {
    const post = (message: Reply | LanguageEvent) => {
      if (message.kind === 'observe') this.#observe(message.question, message.names);
      else if (message.kind === 'checked') {
        this.#latest = message.check;
        this.#checks.set(message.cell, message.check);
      } else if (message.kind === 'pruned')
        this.pruned.push(...message.cells.map((id) => this.#labels.get(id)!));
      else if (message.kind !== 'warm') this.#replies.push(message);
    };
    return new LanguageSession(
      {
        areTaken: () => false,
        directory: this.directory,
        known,
        waiting: this.waiting.buffer as SharedArrayBuffer,
        observes: true,
        isPublished: async (name) => this.published.includes(name),
      },
      post,
      // No cell runs whose processor a check could take.
      0,
    );
  }

  /** A fresh notebook for the next dialogue. */
  restart(): void {
    for (const id of this.#labels.keys()) this.settle(id, []);
    this.session.receive({ kind: 'forget' });
    for (const name of Object.keys(this.live)) delete this.live[name];
    this.#cells = 0;
  }

  /** Runs cells. @returns what each was warned of, as one text, once all have been looked at */
  async run(...cells: readonly (string | readonly [string, Run])[]): Promise<string> {
    const ids = cells.map((cell) => {
      const [source, run] = typeof cell === 'string' ? [cell, {}] : cell;
      const { id, reply } = this.compile(source, run.types);
      if (reply.refusal) throw new Error(`${source} does not compile: ${reply.refusal.traceback.join('\n')}`);
      const values = run.bound ?? reply.result.cell.declarations.map(({ name }) => name);
      const completed = !run.fails && !run.bound;
      const bound = { values, types: run.imported ?? [], completed };
      this.session.receive({ kind: 'settled', cell: id, bound });
      return id;
    });
    await this.quiet();
    return ids.map((id) => this.warningOf(id) ?? '').join('');
  }

  /** A cell has come to its end, and these of its names have a value. */
  settle(id: CellId, values: readonly string[]): void {
    const bound = { values, types: [], completed: values.length > 0 };
    this.session.receive({ kind: 'settled', cell: id, bound });
  }

  compile(source: string, types: TypeChecking = 'warn'): { id: CellId; reply: Answer<'compile'> } {
    const id = ++this.#requests;
    Atomics.add(this.waiting, 0, 1);
    const settings = { dispatch: 'auto', types } as const;
    const label = `Cell [${++this.#cells}]`;
    this.#labels.set(id, label);
    return {
      id,
      reply: this.#ask('compile', { cell: id, label, source, settings }),
    };
  }

  warningOf(cell: CellId): string | undefined {
    return this.#checks.get(cell)?.warnings?.['text/plain'] as string | undefined;
  }

  /** The codes of what a cell is warned of, in order. */
  async codes(source: string): Promise<string[]> {
    const { diagnostics } = await this.check(source);
    return diagnostics.filter(({ severity }) => severity !== 'hint').map(({ code }) => `TS${code}`);
  }

  /** Runs a cell. @returns what the type checker says of it */
  async check(source: string, run: Run = {}): Promise<Check> {
    await this.run([source, run]);
    return this.#latest!;
  }

  /** Runs a cell that fails, and asks for what there is to say about that. */
  /** @param isShown the error was shown before */
  async checkFailed(source: string, failure: ErrorPlace, isShown = false): Promise<Check | undefined> {
    const { id } = this.compile(source);
    this.session.receive({ kind: 'settled', cell: id, bound: { values: [], types: [], completed: false } });
    const request = ++this.#requests;
    this.session.receive({ kind: 'check', id: request, cell: id, failure, isShown });
    await this.quiet();
    const reply = this.#replies.pop();
    if (reply?.kind !== 'answered' || reply.id !== request) throw new Error('the check was not answered');
    return reply.answer as Check | undefined;
  }

  /** Asks for the check of a cell. */
  async ask(cell: CellId): Promise<Check | undefined> {
    const id = ++this.#requests;
    this.session.receive({ kind: 'check', id, cell });
    await this.quiet();
    const reply = this.#replies.pop();
    if (reply?.kind !== 'answered' || reply.id !== id) throw new Error('the check was not answered');
    return reply.answer as Check | undefined;
  }

  /** @param text a cell with `|` where the cursor is */
  complete(text: string): Listed {
    const { source, offset } = cursorIn(text);
    const reply = this.#ask('complete', { source, offset });
    const { items, start, end } = reply.completions;
    return {
      texts: items.map((item) => item.text),
      items,
      replaced: source.slice(start, end),
      live: reply.live,
    };
  }

  /** @returns the Markdown */
  inspect(text: string, detail: 0 | 1 = 0): string | undefined {
    return this.inspection(text, detail).data?.['text/markdown'] as string | undefined;
  }

  inspection(text: string, detail: 0 | 1 = 0): Answer<'inspect'> {
    return this.#ask('inspect', { ...cursorIn(text), detail });
  }

  /** What `%typeof` says of a name, with the value that it has. */
  typeOf(name: string, as?: string): string | undefined {
    return this.#ask('typeOf', { name, as, shape: shapeOf(this.live[name]) });
  }

  async quiet(): Promise<void> {
    do await new Promise<void>((resolve) => setImmediate(() => this.session.whenQuiet(resolve)));
    while (this.#unanswered > 0);
  }

  /** As the cells' thread would: later, when no cell runs. */
  #observe(question: number, names: readonly string[]): void {
    this.#unanswered++;
    setImmediate(() => {
      const shapes = names.map((name) => (name in this.live ? shapeOf(this.live[name]) : undefined));
      this.session.receive({ kind: 'observed', question, shapes });
      this.#unanswered--;
    });
  }

  #ask<Kind extends keyof LanguageQuestions>(
    kind: Kind,
    asks: LanguageQuestions[Kind]['asks'],
  ): Answer<Kind> {
    const id = ++this.#requests;
    this.session.receive({ kind, id, ...asks } as unknown as LanguageRequest);
    const reply = this.#replies.pop();
    if (reply?.id !== id || reply.kind !== 'answered')
      throw new Error(`no answer to ${JSON.stringify({ kind, ...asks })}: ${JSON.stringify(reply)}`);
    return reply.answer as Answer<Kind>;
  }
}

/** What the cells' thread says of a value. */
export function shapeOf(value: unknown): Shape {
  const look = new Look(value);
  look.proceed(() => 0, 1);
  return look.shape;
}

export const plain = (text: string) => text.replace(/\u001b\[[\d;]+m/g, '');

function cursorIn(text: string): { source: string; offset: number } {
  const offset = text.indexOf('|');
  if (offset < 0) throw new Error(`no cursor in ${text}`);
  return { source: text.slice(0, offset) + text.slice(offset + 1), offset };
}
