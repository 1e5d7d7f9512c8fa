// The scopes of a frame, with the variables that a person declared in them.
// Rule: what the inspector says of a scope is how it was when the thread stopped, so that after a change its variables are read
// anew.
import type { Debugger, Runtime } from 'node:inspector';
import { withoutMarks } from '../compile/keys';
import { handleOf, heldText, helper, type Realm } from './realm';
import type { Renaming } from './renaming';
import type { Frame, Place, Target } from './target';
import type { Found } from './values';

type Remote = Runtime.RemoteObject;

export interface ScopesOptions {
  /** What is declared around a place by a declaration that comes behind it. */
  pendingAt(place: Place): ReadonlySet<string>;
  /** Whether a name of the code at a place is one of its source; in a cell the compiler has some of its own, for `using` and decorators. */
  isWritten(place: Place, name: string): boolean;
  /** The names that the cell of a frame declares. */
  declaredIn(frame: Frame): readonly string[];
  /** What a frame throws, where the thread has stopped for that. */
  thrownBy(frame: Frame): Remote | undefined;
  /** What the code of a frame calls the names of its source; nothing where they are the same. */
  renamingOf(frame: Frame): Renaming | undefined;
}

export interface Scope {
  readonly name: string;
  readonly variables: readonly ScopeVariable[];
  readonly isLocal: boolean;
  /** That of a cell's code: its variables are names of the notebook. */
  readonly isCells: boolean;
}

interface ScopeVariable {
  /** As the source has it. */
  readonly name: string;
  /** As the code has it. */
  readonly code: string;
  /** Its scope's place in the chain of the frame. */
  readonly depth: number;
  /** Absent before its declaration, on newer versions of V8. */
  readonly value: Remote | undefined;
}

const scopeNames: { readonly [type: string]: string } = {
  block: 'Block',
  catch: 'Catch',
  class: 'Class',
  closure: 'Closure',
  eval: 'Eval',
  local: 'Locals',
  module: 'Module',
  script: 'Script',
  with: 'With',
};

export class Scopes {
  readonly #target: Target;
  readonly #realm: Realm;
  readonly #group: () => string;
  readonly #options: ScopesOptions;
  /** By the inspector's id of the frame. */
  readonly #scopes = new Map<string, Promise<readonly Scope[]>>();
  readonly #renamings = new Map<string, Renaming | undefined>();
  /** What was set where code of the frame does not see it, behind a variable of the same name. */
  readonly #hidden = new Map<string, Remote>();
  #hasChanged = false;

  /** @param group what holds on to the values of one answer */
  constructor(target: Target, realm: Realm, options: ScopesOptions, group: () => string) {
    this.#group = group;
    this.#target = target;
    this.#realm = realm;
    this.#options = options;
  }

  /** From the innermost out, without the global one. */
  of(frame: Frame): Promise<readonly Scope[]> {
    const { callFrameId } = frame.call;
    let scopes = this.#scopes.get(callFrameId);
    if (!scopes) {
      scopes = this.#read(frame);
      this.#scopes.set(callFrameId, scopes);
    }
    return scopes;
  }

  async #read(frame: Frame): Promise<Scope[]> {
    const { scopeChain } = frame.call;
    const asWritten = await Promise.all(
      scopeChain.map((scope, depth) => this.#readScope(frame, scope, depth)),
    );
    const renaming = this.#renamingOf(frame);
    const read = renaming ? namedBySource(asWritten, scopeChain, renaming) : asWritten;
    const scopes: Scope[] = [];
    const counts = new Map<string, number>();
    for (const [depth, scope] of read.entries()) {
      if (!scope) continue;
      // V8 of Node 20 has one more, with nothing in it, where a class has names that are computed.
      const isSpare = scope.isLocal && !scope.isCells && scope.variables.length === 0;
      if (isSpare && read.slice(depth + 1).some((outer) => outer?.isLocal)) continue;
      const inner = scopes.at(-1);
      // A function with defaults for its parameters has a scope of its own for its body.
      if (inner && scope.isLocal && endsWith(scopeChain[depth - 1], scopeChain[depth])) {
        scopes[scopes.length - 1] = { ...scope, variables: [...scope.variables, ...inner.variables] };
        continue;
      }
      const count = (counts.get(scope.name) ?? 0) + 1;
      counts.set(scope.name, count);
      scopes.push(count === 1 ? scope : { ...scope, name: `${scope.name} ${count}` });
    }
    return scopes;
  }

  async #readScope(
    { place }: Frame,
    { type, object, name = '' }: Debugger.Scope,
    depth: number,
  ): Promise<Scope | undefined> {
    if (type === 'global') return undefined;
    const { result } = await this.#realm.membersIn(object.objectId!, this.#group());
    // What the compiler declares there has nothing of the person's beside it.
    const isCells = result.some((property) => property.name === '__tsk_');
    const isLocal = type === 'local';
    const written = result.filter((property) => this.#options.isWritten(place, property.name));
    if (!isLocal && (isCells || written.length === 0)) return undefined;
    const known = scopeNames[type] ?? type;
    return {
      name: type === 'closure' && name ? `${known} (${withoutMarks(name)})` : known,
      variables: isCells
        ? []
        : written.map(({ name: variable, value }) => ({ name: variable, code: variable, depth, value })),
      isLocal,
      isCells: isCells && isLocal,
    };
  }

  /** The names that code of a frame finds in its scopes. */
  async namesIn(frame: Frame): Promise<ReadonlySet<string>> {
    const scopes = await this.of(frame);
    const renamed = this.codesIn(frame)?.keys() ?? [];
    return new Set([...scopes.flatMap(({ variables }) => variables.map(({ name }) => name)), ...renamed]);
  }

  /** What code of a frame has to say in place of names of its source, if anything. */
  codesIn(frame: Frame): ReadonlyMap<string, string> | undefined {
    return this.#renamingOf(frame)?.codes;
  }

  #renamingOf(frame: Frame): Renaming | undefined {
    const { callFrameId } = frame.call;
    if (!this.#renamings.has(callFrameId)) this.#renamings.set(callFrameId, this.#options.renamingOf(frame));
    return this.#renamings.get(callFrameId);
  }

  /** Of the names of a cell, those that are no names of the notebook. @param scope one of the frame's @param group what holds on to what is read */
  async variables(frame: Frame, scope: Scope, group: string): Promise<Found[]> {
    const scopes = await this.of(frame);
    const at = scopes.indexOf(scope);
    if (scope.isCells) return at === 0 ? this.#thrownBy(frame) : [];
    const inner = new Set(scopes.slice(0, at).flatMap(({ variables }) => variables.map(({ name }) => name)));
    const mayBePending = scope.variables.some(({ value }) => value?.type === 'undefined');
    const pending = mayBePending ? this.#options.pendingAt(frame.place) : undefined;
    const found = await Promise.all(
      scope.variables.map(async (variable): Promise<Found> => {
        const { name } = variable;
        const value =
          this.#hasChanged || isMember(variable)
            ? await this.#now(frame, variable, inner.has(name), group)
            : variable.value;
        const isPending = value?.type === 'undefined' && pending?.has(name);
        return { name, path: name, value: isPending ? undefined : value };
      }),
    );
    const { this: receiver, returnValue } = frame.call;
    if (scope.isLocal && receiver.type !== 'undefined' && receiver.className !== 'global')
      found.unshift({ name: 'this', path: 'this', value: receiver });
    if (returnValue && at === 0)
      found.unshift({ name: 'Return value', path: '', value: returnValue, hint: { kind: 'virtual' } });
    return at === 0 ? [...this.#thrownBy(frame), ...found] : found;
  }

  /** What the frame throws, as the first of its variables: front ends show no other place for it. */
  #thrownBy(frame: Frame): Found[] {
    const value = this.#options.thrownBy(frame);
    return value ? [{ name: 'Exception', path: '', value, hint: { kind: 'virtual' } }] : [];
  }

  async #now(
    { call: { callFrameId } }: Frame,
    { name, code, depth, value }: ScopeVariable,
    isHidden: boolean,
    group: string,
  ): Promise<Remote | undefined> {
    if (isHidden) return this.#hidden.get(`${callFrameId}/${depth}/${name}`) ?? value;
    return this.#realm
      .evaluate(`${helper}.handOver(${code})`, { group, callFrameId, isPure: true })
      .catch(() => value);
  }

  /** Whether code of the frame has to assign to it: it is no variable there, but a member of one. */
  isMember({ variables }: Scope, name: string): boolean {
    return variables.some((variable) => variable.name === name && isMember(variable));
  }

  /** @throws Error what the person is told */
  async set(frame: Frame, scope: Scope, name: string, value: Remote): Promise<void> {
    const variable = scope.variables.find((each) => each.name === name);
    if (!variable) throw new Error(`${name} cannot be set.`);
    const { callFrameId } = frame.call;
    if (!(await this.#assignText(frame, variable, value)))
      await this.#target.call('Debugger.setVariableValue', {
        callFrameId,
        scopeNumber: variable.depth,
        variableName: variable.code,
        newValue: handleOf((await this.#realm.holdText(value)) ? await this.#realm.takeText() : value),
      });
    this.#hidden.set(`${callFrameId}/${variable.depth}/${name}`, value);
    this.#hasChanged = true;
  }

  /** A text that is long gets there by code of the frame, where that sees the variable and may assign to it. */
  async #assignText(frame: Frame, { code, depth }: ScopeVariable, value: Remote): Promise<boolean> {
    const variables = (await this.of(frame)).flatMap((scope) => scope.variables);
    const isHidden = variables.some((each) => each.code === code && each.depth < depth);
    if (isHidden || !(await this.#realm.holdText(value))) return false;
    const assignment = { group: this.#group(), callFrameId: frame.call.callFrameId };
    return this.#realm.evaluate(`void (${code} = ${heldText})`, assignment).then(
      () => true,
      () => false,
    );
  }

  /** Code was evaluated that may have assigned to variables. */
  noteChange(): void {
    this.#hasChanged = true;
  }

  /** The thread goes on. */
  forget(): void {
    this.#scopes.clear();
    this.#renamings.clear();
    this.#hidden.clear();
    this.#hasChanged = false;
  }
}

/** Something that was imported, as the code has it. */
const isMember = ({ code }: ScopeVariable): boolean => code.includes('.');

/** What the source declares, by its names. In the scope of the whole file, what compilers and bundlers added is left out. */
function namedBySource(
  scopes: readonly (Scope | undefined)[],
  chain: readonly Debugger.Scope[],
  renaming: Renaming,
): (Scope | undefined)[] {
  return scopes.map((scope, depth) => {
    if (!scope) return scope;
    const outer = scopes.slice(depth + 1).flatMap((each) => each?.variables.map(({ code }) => code) ?? []);
    const named: ScopeVariable[] = [];
    const others: ScopeVariable[] = [];
    let isTop = false;
    for (const variable of scope.variables) {
      const { code } = variable;
      const renamed = renaming.take(code, chain[depth]!, chain.slice(0, depth), !outer.includes(code));
      const members = renaming.membersOf(code);
      isTop ||= members.length > 0 || renamed?.isTop === true;
      for (const member of members) named.push({ ...member, depth, value: undefined });
      if (renamed) named.push({ ...variable, name: renamed.name });
      else if (members.length === 0) others.push(variable);
    }
    const shown = isTop ? others.filter(({ code }) => ofModules.has(code)) : others;
    return { ...scope, variables: [...named, ...shown] };
  });
}

/** What a CommonJS module has from Node. */
const ofModules = new Set(['exports', 'require', 'module', '__filename', '__dirname']);

function endsWith(inner: Debugger.Scope | undefined, outer: Debugger.Scope | undefined): boolean {
  const [one, other] = [inner?.endLocation, outer?.endLocation];
  return (
    one !== undefined &&
    inner?.type === 'block' &&
    one.lineNumber === other?.lineNumber &&
    one.columnNumber === other.columnNumber
  );
}
