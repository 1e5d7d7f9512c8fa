// What a person is told about code: how it may go on, what a name means, whether it is finished. The compiler on this thread knows
// names, the language worker types, the cells' thread what values are.
// Rule: nobody waits long for types where something can be said without them.
import { setTimeout as delay } from 'node:timers/promises';
import type { CellPayload, Completeness, CompletionItem, Completions, MimeBundle } from '../api';
import { hiddenLast, withMembers } from '../completion/members';
import { didYouMean, nearest } from '../text/spelling';
import type { RunPayload } from '../threads/execution-protocol';
import type { Compiler } from './compiler';
import type { ExecutionClient } from './execution-client';
import type { CompletionAnswer, LanguageClient } from './language-client';

/** How long a completion waits for types that have been read, in milliseconds. */
const typesPatience = 150;

/** How long a hover waits for types that are read again, in milliseconds: then the value has to do. */
const wakingPatience = 300;

export interface AnswersOptions {
  readonly compiler: Pick<Compiler, 'checkCompleteness' | 'complete' | 'names' | 'valueAt'>;
  readonly language: Pick<
    LanguageClient,
    'checkCompleteness' | 'complete' | 'inspect' | 'isComingBack' | 'isWarm' | 'start'
  >;
  readonly execution: Pick<ExecutionClient, 'members' | 'preview'>;
}

export class Answers {
  readonly #compiler: AnswersOptions['compiler'];
  readonly #language: AnswersOptions['language'];
  readonly #execution: AnswersOptions['execution'];

  constructor({ compiler, language, execution }: AnswersOptions) {
    this.#compiler = compiler;
    this.#language = language;
    this.#execution = execution;
  }

  async complete(source: string, offset: number): Promise<Completions> {
    if (!this.#language.isWarm) return this.#completeCold(source, offset);
    const typed = this.#completeTyped(source, offset);
    const early = await Promise.race([typed, delay(typesPatience, undefined, { ref: false })]);
    if (early) return early;
    const untyped = await this.#completeUntyped(source, offset);
    return untyped ?? typed;
  }

  /** Without types, unless there is nothing to say without them. The types are read from now on, for the next question. */
  async #completeCold(source: string, offset: number): Promise<Completions> {
    const untyped = await this.#completeUntyped(source, offset);
    if (!untyped) return this.#completeTyped(source, offset);
    setImmediate(() => this.#language.start());
    return untyped;
  }

  async #completeTyped(source: string, offset: number): Promise<Completions> {
    return this.#addMembers(await this.#language.complete(source, offset));
  }

  async #completeUntyped(source: string, offset: number): Promise<Completions | undefined> {
    const answer = this.#compiler.complete(source, offset);
    if (!answer) return undefined;
    const completions = await this.#addMembers(answer);
    // Nothing but words of the language is no answer.
    return completions.items.some(({ kind }) => kind !== 'keyword') ? completions : undefined;
  }

  /** Adds what live values have, where the answer says which. */
  async #addMembers({ completions, live }: CompletionAnswer): Promise<Completions> {
    if (!live) return completions;
    const members = await this.#execution.members(live.path, live.prefix);
    const isGlobal = live.path.length === 1 && live.path[0] === 'globalThis';
    return isGlobal
      ? withMembers(completions, members.map(asGlobal))
      : hiddenLast(withMembers(completions, members));
  }

  async inspect(source: string, offset: number, detail: 0 | 1): Promise<MimeBundle | undefined> {
    const { isComingBack } = this.#language;
    const typed = this.#inspectTyped(source, offset, detail);
    if (!isComingBack || detail === 1) return typed;
    const answer = typed.then((data) => ({ data }));
    const early = await Promise.race([answer, delay(wakingPatience, undefined, { ref: false })]);
    if (early) return early.data;
    const path = this.#compiler.valueAt(source, offset);
    return (path && (await this.#execution.preview(path))) ?? typed;
  }

  async #inspectTyped(source: string, offset: number, detail: 0 | 1): Promise<MimeBundle | undefined> {
    const { data, live } = await this.#language.inspect(source, offset, detail);
    const preview = live && (await this.#execution.preview(live.path));
    if (!data || !preview) return data ?? preview;
    const plain = `${String(data['text/plain'])}\n\n${String(preview['text/plain'])}`;
    const markdown = data['text/markdown'];
    const value = `\n\n\`\`\`\n${String(preview['text/plain'])}\n\`\`\``;
    return {
      ...data,
      'text/plain': plain,
      ...(markdown !== undefined && { 'text/markdown': `${String(markdown)}${value}` }),
    };
  }

  async checkCompleteness(source: string): Promise<Completeness> {
    return this.#compiler.checkCompleteness(source) ?? this.#language.checkCompleteness(source);
  }

  /**
   * Answers what a cell asks about names: on one page, since front ends show the first one only.
   * @param payloads what the cell has to hand over; the rest of it comes back as it is
   * @param print says in the cell what nothing is known of
   */
  async fill(
    payloads: readonly RunPayload[],
    print: (text: string) => void,
  ): Promise<readonly CellPayload[]> {
    const answers: MimeBundle[] = [];
    const others: CellPayload[] = [];
    for (const payload of payloads) {
      if (payload.kind !== 'question') others.push(payload);
      else {
        const { subject, detail } = payload;
        const answer = await this.inspect(subject, subject.length, detail);
        if (answer) answers.push(answer);
        else {
          const meant = didYouMean(nearest(subject, this.#compiler.names.keys(), 3));
          print(`Nothing is known of ${subject}.${meant}\n`);
        }
      }
    }
    return answers.length > 0 ? [{ kind: 'page', data: onOnePage(answers) }, ...others] : others;
  }
}

/** A member of the global object, as a name. */
const asGlobal = (item: CompletionItem): CompletionItem => ({
  ...item,
  kind: item.kind === 'method' ? (/^[A-Z]/.test(item.text) ? 'class' : 'function') : 'instance',
});

/** Several answers as one, under each other. */
function onOnePage(answers: readonly MimeBundle[]): MimeBundle {
  const join = (mime: string, separator: string) =>
    answers.map((answer) => String(answer[mime] ?? answer['text/plain'])).join(separator);
  const isMarkdown = answers.some((answer) => answer['text/markdown'] !== undefined);
  return {
    'text/plain': join('text/plain', '\n\n'),
    ...(isMarkdown && { 'text/markdown': join('text/markdown', '\n\n---\n\n') }),
  };
}
