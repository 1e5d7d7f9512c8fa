// What a person sees of values at a stop and beside it, and changes in them.
// Rule: what was changed is seen at once, and a reference that ended with its pause says so.
import type { Runtime } from 'node:inspector';
import { Script } from 'node:vm';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Rendering } from '../api';
import type { DeclarationKind } from '../compile/types';
import { Expressions, type ExpressionsOptions } from './expressions';
import { Listing } from './listing';
import { Names } from './names';
import { type Handle, handleOf, Realm, type RealmOptions } from './realm';
import { References, type Referent, type Thing } from './references';
import { rootsOf } from './renaming';
import { Scopes, type ScopesOptions } from './scopes';
import { Signatures, type SignaturesOptions } from './signatures';
import type { Frame, Target } from './target';
import { memberPath } from './values';

type Variable = DebugProtocol.Variable;
type Remote = Runtime.RemoteObject;

export interface VariablesOptions extends ExpressionsOptions, RealmOptions, ScopesOptions, SignaturesOptions {
  readonly target: Target;
  /** The top-level names that cells bound, and as what. */
  names(): ReadonlyMap<string, DeclarationKind>;
  /** An expression, or statements, in which some names are said otherwise. */
  renameIn(source: string, codes: ReadonlyMap<string, string>): string;
}

/** How long a display may take that somebody looks at here, in milliseconds. */
const displayPatience = 2000;

/** So many listings are remembered by the names of their entries; another one is listed again. */
const mostKeys = 500;

export class Variables {
  readonly #target: Target;
  readonly #realm: Realm;
  readonly #references: References;
  readonly #listing: Listing;
  readonly #names: Names;
  readonly #expressions: Expressions;
  readonly #options: VariablesOptions;
  readonly #scopes: Scopes;
  /** Which entry is meant by a name that a listing has shown. */
  readonly #keys = new Map<number, ReadonlyMap<string, number>>();

  constructor(options: VariablesOptions) {
    const { target } = options;
    this.#options = options;
    this.#target = target;
    this.#realm = new Realm(target, options);
    this.#references = new References(target);
    this.#scopes = new Scopes(target, this.#realm, options, () => this.#references.group());
    const signatures = new Signatures(target, options);
    this.#listing = new Listing(target, this.#realm, this.#references, signatures);
    this.#names = new Names(this.#realm, this.#references, this.#listing, () => options.names());
    this.#expressions = new Expressions(target, this.#realm, this.#listing, options);
  }

  /** Ends what is being evaluated at a pause. @returns whether nothing else is to be ended */
  interrupt(): boolean {
    this.#expressions.interrupt();
    return this.#options.isPaused() && this.#realm.interrupt();
  }

  /** The names of the notebook. Also while the thread runs. */
  inspect(): Promise<Variable[]> {
    if (!this.#options.isPaused()) this.#references.keep(20);
    return this.#names.variables();
  }

  async scopes(frame: Frame): Promise<DebugProtocol.Scope[]> {
    const scopes = await this.#scopes.of(frame);
    const shown = scopes.map((scope) => ({
      name: scope.name,
      expensive: false,
      ...(scope.isLocal && { presentationHint: 'locals' }),
      variablesReference: this.#references.add({ kind: 'scope', frame, scope }),
    }));
    const globals = this.#references.add({ kind: 'names' });
    return [...shown, { name: 'Globals', expensive: false, variablesReference: globals }];
  }

  /** @throws Error when the reference is of an earlier pause */
  async variables(args: DebugProtocol.VariablesArguments): Promise<Variable[]> {
    const referent = this.#references.find(args.variablesReference);
    switch (referent.kind) {
      case 'names':
        return this.inspect();
      case 'scope':
        return this.#scopeVariables(referent);
      case 'getter':
        return this.#listing.got(referent);
      default: {
        const listed =
          referent.kind === 'range'
            ? await this.#listing.range(referent)
            : await this.#listing.contents(await this.#thingOf(referent), args);
        const [found, ranges, group] = listed;
        const keys = found.flatMap(({ name, key }) => (key === undefined ? [] : [[name, key] as const]));
        if (this.#keys.size >= mostKeys) this.#keys.clear();
        if (keys.length > 0) this.#keys.set(args.variablesReference, new Map(keys.reverse()));
        return [...ranges, ...(await this.#listing.variables(found, group, frameOf(referent)))];
      }
    }
  }

  async #thingOf(referent: Extract<Referent, { kind: 'name' | 'object' }>): Promise<Thing> {
    if (referent.kind === 'object') return referent;
    const group = this.#references.group();
    const value = await this.#realm.look(referent.name, group);
    if (value.objectId === undefined) throw new Error(`${referent.name} has another value by now.`);
    return this.#listing.thing(value, referent.name);
  }

  async #scopeVariables({ frame, scope }: Extract<Referent, { kind: 'scope' }>): Promise<Variable[]> {
    const group = this.#references.group();
    const found = await this.#scopes.variables(frame, scope, group);
    const variables = await this.#listing.variables(found, group, frame);
    if (!scope.isCells) return variables;
    return [...variables, ...(await this.#names.variables(this.#options.declaredIn(frame)))];
  }

  /** @throws Error what the person is told */
  async evaluate(
    { expression, context = '' }: DebugProtocol.EvaluateArguments,
    frame?: Frame,
  ): Promise<DebugProtocol.EvaluateResponse['body']> {
    const isPure = context === 'hover';
    const { value, group } = await this.#evaluate(expression, frame, isPure).finally(() => {
      // Code that fails has changed what it came to before.
      if (!isPure) this.#scopes.noteChange();
    });
    if (context === 'clipboard') return { result: await this.#text(value, group), variablesReference: 0 };
    const { value: result, ...shown } = await this.#answer(value, expression, group, frame);
    return { result, ...shown };
  }

  /** What a value is like, in a few words. */
  async textOf(value: Remote): Promise<string> {
    const [description] = await this.#realm.describe([value]);
    return description!.text;
  }

  /** A value as the protocol answers with one. @param path how code says it */
  async #answer(
    value: Remote,
    path: string,
    group: string,
    frame: Frame | undefined,
  ): Promise<Omit<Variable, 'name' | 'evaluateName' | 'presentationHint'>> {
    const variable = await this.#listing.variable({ name: '', path, value }, group, frame);
    const { name, evaluateName, presentationHint, ...shown } = variable;
    return shown;
  }

  async #evaluate(
    source: string,
    frame: Frame | undefined,
    isPure = false,
  ): Promise<{ readonly value: Remote; readonly group: string }> {
    const group = this.#references.group();
    const names = frame && (await this.#scopes.namesIn(frame));
    const codes = frame && this.#scopes.codesIn(frame);
    const code = codes?.size ? this.#options.renameIn(source, codes) : source;
    const locals = names && codes ? new Set([...names, ...rootsOf(codes)]) : names;
    const value = await this.#expressions.evaluate(code, { frame, locals, group }, isPure);
    return { value, group };
  }

  async #text(value: Remote, group: string): Promise<string> {
    const { value: text } = await this.#realm.show(handleOf(value), 'text', group);
    return String(text);
  }

  /** @throws Error what the person is told */
  async setVariable({
    variablesReference,
    name,
    value: source,
  }: DebugProtocol.SetVariableArguments): Promise<DebugProtocol.SetVariableResponse['body']> {
    const referent = this.#references.find(variablesReference);
    const frame = frameOf(referent);
    const { value, group } = await this.#evaluate(`(${source}\n)`, frame);
    this.#scopes.noteChange();
    await this.#set(referent, variablesReference, name, value, source);
    return this.#answer(value, name, group, frame);
  }

  async #set(
    referent: Referent,
    reference: number,
    name: string,
    value: Remote,
    source: string,
  ): Promise<void> {
    if (referent.kind === 'scope' && !referent.scope.isCells) {
      if (!this.#scopes.isMember(referent.scope, name))
        return this.#scopes.set(referent.frame, referent.scope, name, value);
      await this.#evaluate(`${name} = (${source}\n)`, referent.frame);
      return;
    }
    if (referent.kind === 'names' || referent.kind === 'scope') {
      if (!this.#options.names().has(name)) throw new Error(`No cell has declared ${name}.`);
      return this.#realm.bind(name, handleOf(value));
    }
    if (referent.kind === 'getter') throw new Error('What a getter gives cannot be set.');
    if (name.startsWith('[[') || name.startsWith('Symbol(')) throw new Error(`${name} cannot be set.`);
    const thing = referent.kind === 'range' ? referent.of : await this.#thingOf(referent);
    if (name.startsWith('#')) {
      const path = memberPath(thing.path, name);
      if (path === '' || !thing.frame)
        throw new Error(`${name} is private to its class, and cannot be set here.`);
      await this.#evaluate(`${path} = (${source}\n)`, thing.frame);
      return;
    }
    const hasEntries = thing.subtype === 'map' || thing.subtype === 'set';
    if (hasEntries && !this.#keys.has(reference)) await this.variables({ variablesReference: reference });
    const key = this.#keys.get(reference)?.get(name);
    if (hasEntries && key === undefined) throw new Error(`There is no entry ${name}.`);
    const target: Handle = { objectId: thing.objectId };
    await this.#realm.set(target, key === undefined ? 'member' : 'entry', key ?? name, handleOf(value));
  }

  /** @throws Error what the person is told */
  async setExpression(
    { expression, value }: DebugProtocol.SetExpressionArguments,
    frame?: Frame,
  ): Promise<DebugProtocol.SetExpressionResponse['body']> {
    const { result, ...rest } = await this.evaluate(
      { expression: `${expression} = (${value}\n)`, context: 'repl' },
      frame,
    );
    return { value: result, ...rest };
  }

  /**
   * Gives a name of the notebook the value of an expression.
   * @throws Error what the person is told
   */
  async bind(
    name: string,
    expression: string,
    frame?: Frame,
  ): Promise<DebugProtocol.SetExpressionResponse['body']> {
    if (!isName(name)) throw new Error(`${JSON.stringify(name)} is no name.`);
    const { value, group } = await this.#evaluate(expression, frame);
    await this.#realm.bind(name, handleOf(value));
    if (!this.#options.names().has(name)) this.#options.adopt([{ name, kind: 'let' }]);
    return this.#answer(value, name, group, frame);
  }

  /** A value as cells show it. @throws Error what the person is told */
  async render(expression: string, frame?: Frame): Promise<Rendering> {
    const { value, group } = await this.#evaluate(expression, frame);
    const rendering = await this.#realm.show(handleOf(value), 'render', group);
    const shown = rendering.subtype === 'promise' ? await this.#shown(rendering) : rendering;
    if (!shown) return { data: { 'text/plain': await this.#text(value, group) }, metadata: {} };
    return (await this.#realm.json(shown)) as Rendering;
  }

  /** What a display has made, if that takes no longer than a person waits. */
  async #shown(promise: Remote): Promise<Remote | undefined> {
    if (this.#options.isPaused()) return (await this.#listing.promise(promise)).result;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), displayPatience);
    });
    const made = this.#target
      .call('Runtime.awaitPromise', { promiseObjectId: promise.objectId! })
      .then(({ result }) => result);
    const shown = await Promise.race([made.catch(() => undefined), late]);
    clearTimeout(timer);
    return shown;
  }

  /** What may stand at the end of a text of the console. */
  async completions(
    { text, column, line = 1 }: DebugProtocol.CompletionsArguments,
    frame?: Frame,
  ): Promise<DebugProtocol.CompletionItem[]> {
    const written = text.split('\n').slice(0, line);
    const { owner, prefix } = wordAt(
      [...written.slice(0, -1), written.at(-1)!.slice(0, column - 1)].join('\n'),
    );
    const { length } = prefix;
    const itemsOf = (names: Iterable<string>, type: DebugProtocol.CompletionItemType) =>
      Array.from(names, (label) => ({ label, type, length, start: column - 1 - length }));
    const membersOf = async (value: string) => {
      const found = await this.#evaluate(value, frame, true).catch(() => undefined);
      return found ? this.#realm.membersOf(handleOf(found.value), prefix) : [];
    };
    if (owner !== undefined) return itemsOf(await membersOf(owner), 'property');
    const locals = frame ? await this.#scopes.namesIn(frame) : [];
    const names = [...locals, ...this.#options.names().keys()].filter((name) => name.startsWith(prefix));
    // The nearest come first.
    return itemsOf(new Set([...names, ...(await membersOf('globalThis'))]), 'variable');
  }

  /** References die when the thread goes on. */
  forget(): void {
    this.#references.forget();
    this.#names.forget();
    this.#scopes.forget();
    this.#keys.clear();
  }
}

/** Whether a cell can declare it. */
function isName(name: string): boolean {
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return false;
  try {
    new Script(`'use strict'; async () => { let ${name} }`);
    return true;
  } catch {
    return false;
  }
}

function frameOf(referent: Referent): Frame | undefined {
  switch (referent.kind) {
    case 'scope':
    case 'object':
    case 'getter':
      return referent.frame;
    case 'range':
      return referent.of.frame;
    default:
      return undefined;
  }
}

/** What a text ends with: a name, and the expression whose member it is. */
function wordAt(text: string): { readonly owner: string | undefined; readonly prefix: string } {
  const found = /(?:([\p{ID_Continue}$.#[\]'"]+)\??\.)?([\p{ID_Continue}$]*)$/u.exec(text)!;
  return { owner: found[1], prefix: found[2]! };
}
