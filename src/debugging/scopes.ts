// The scopes of a frame, with the variables that a person declared in them.
// Rule: what the inspector says of a scope is how it was when the thread stopped, so that after a change its variables are read
// anew.
import type { Debugger, Runtime } from 'node:inspector';
import { withoutMarks } from '../compile/keys';
import { handleOf, type Realm } from './realm';
import type { Frame, Place, Target } from './target';
import type { Found } from './values';

type Remote = Runtime.RemoteObject;

export interface ScopesOptions {
  /** What is declared around a place by a declaration that comes behind it. */
  pendingAt(place: Place): ReadonlySet<string>;
  /** The names that the cell of a frame declares. */
  declaredIn(frame: Frame): readonly string[];
}

export interface Scope {
  readonly name: string;
  readonly variables: readonly ScopeVariable[];
  readonly isLocal: boolean;
  /** That of a cell's code: its variables are names of the notebook. */
  readonly isCells: boolean;
}

interface ScopeVariable {
  readonly name: string;
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
  readonly #options: ScopesOptions;
  /** By the inspector's id of the frame. */
  readonly #scopes = new Map<string, Promise<readonly Scope[]>>();
  /** What was set where code of the frame does not see it, behind a variable of the same name. */
  readonly #hidden = new Map<string, Remote>();
  #hasChanged = false;

  constructor(target: Target, realm: Realm, options: ScopesOptions) {
    this.#target = target;
    this.#realm = realm;
    this.#options = options;
  }

  /** From the innermost out, without the global one. */
  of({ call }: Frame): Promise<readonly Scope[]> {
    const { callFrameId } = call;
    let scopes = this.#scopes.get(callFrameId);
    if (!scopes) {
      scopes = this.#read(call);
      this.#scopes.set(callFrameId, scopes);
    }
    return scopes;
  }

  async #read({ scopeChain }: Debugger.CallFrame): Promise<Scope[]> {
    const read = await Promise.all(scopeChain.map((scope, depth) => this.#readScope(scope, depth)));
    const scopes: Scope[] = [];
    const counts = new Map<string, number>();
    for (const [depth, scope] of read.entries()) {
      if (!scope) continue;
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

  async #readScope({ type, object, name = '' }: Debugger.Scope, depth: number): Promise<Scope | undefined> {
    if (type === 'global') return undefined;
    const { result } = await this.#target.call('Runtime.getProperties', {
      objectId: object.objectId!,
      ownProperties: true,
    });
    // What the compiler declares there has nothing of the person's beside it.
    const isCells = result.some((property) => property.name === '__tsk_');
    const isLocal = type === 'local';
    if (!isLocal && (isCells || result.length === 0)) return undefined;
    const known = scopeNames[type] ?? type;
    return {
      name: type === 'closure' && name ? `${known} (${withoutMarks(name)})` : known,
      variables: isCells ? [] : result.map(({ name: variable, value }) => ({ name: variable, depth, value })),
      isLocal,
      isCells: isCells && isLocal,
    };
  }

  /** The names that code of a frame finds in its scopes. */
  async namesIn(frame: Frame): Promise<ReadonlySet<string>> {
    const scopes = await this.of(frame);
    return new Set(scopes.flatMap(({ variables }) => variables.map(({ name }) => name)));
  }

  /** @param scope one of the frame's @param group what holds on to what is read */
  async variables(frame: Frame, scope: Scope, group: string): Promise<Found[]> {
    const scopes = await this.of(frame);
    const at = scopes.indexOf(scope);
    const inner = new Set(scopes.slice(0, at).flatMap(({ variables }) => variables.map(({ name }) => name)));
    const mayBePending = scope.variables.some(({ value }) => value?.type === 'undefined');
    const pending = mayBePending ? this.#options.pendingAt(frame.place) : undefined;
    const found = await Promise.all(
      scope.variables.map(async (variable): Promise<Found> => {
        const { name } = variable;
        const value = this.#hasChanged
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
    return found;
  }

  async #now(
    { call: { callFrameId } }: Frame,
    { name, depth, value }: ScopeVariable,
    isHidden: boolean,
    group: string,
  ): Promise<Remote | undefined> {
    if (isHidden) return this.#hidden.get(`${callFrameId}/${depth}/${name}`) ?? value;
    return this.#realm.evaluate(name, { group, callFrameId, isPure: true }).catch(() => value);
  }

  /** @throws Error what the person is told */
  async set(frame: Frame, scope: Scope, name: string, value: Remote): Promise<void> {
    const variable = scope.variables.find((each) => each.name === name);
    if (!variable) throw new Error(`${name} cannot be set.`);
    const { callFrameId } = frame.call;
    await this.#target.call('Debugger.setVariableValue', {
      callFrameId,
      scopeNumber: variable.depth,
      variableName: name,
      newValue: handleOf(value),
    });
    this.#hidden.set(`${callFrameId}/${variable.depth}/${name}`, value);
    this.#hasChanged = true;
  }

  /** Code was evaluated that may have assigned to variables. */
  noteChange(): void {
    this.#hasChanged = true;
  }

  /** The thread goes on. */
  forget(): void {
    this.#scopes.clear();
    this.#hidden.clear();
    this.#hasChanged = false;
  }
}

function endsWith(inner: Debugger.Scope | undefined, outer: Debugger.Scope | undefined): boolean {
  const [one, other] = [inner?.endLocation, outer?.endLocation];
  return (
    one !== undefined &&
    inner?.type === 'block' &&
    one.lineNumber === other?.lineNumber &&
    one.columnNumber === other.columnNumber
  );
}
