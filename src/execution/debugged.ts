// What the debugger calls in the cells' realm, by way of the inspector: also while the thread is paused, and in the middle of a
// loop. What it returns is read there, as JSON or by its members.
// Rule: but for `run`, `render`, `get` and `set`, none of the cells' code runs.
import { types } from 'node:util';
import vm from 'node:vm';
import type { CellId, Rendering } from '../api';
import { initialOf, keyOf } from '../compile/keys';
import type { Bound, CompiledCell } from '../compile/types';
import { toText } from '../display/plain';
import { render } from '../display/render';
import {
  create,
  defineProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  isProxy,
  min,
} from '../realm/builtins';
import { withIntrinsics } from '../realm/intrinsics';
import type { Description, NamedDescription } from '../threads/description';
import type { SharedState } from '../threads/shared';
import { Evaluation } from './evaluation';
import { plainRendering } from './marks';
import { membersOf } from './members';
import type { Modules } from './modules';
import type { Bindings, Namespace } from './namespace';
import { asStep } from './process/sleep';
import { describe, elementsOf, entriesOf } from './values/brief';
import { Substitute } from './values/substitute';

const { apply, ownKeys, set: assign } = Reflect;
const { isMap, isSet } = types;
const { wrap, unwrap } = Substitute;
const NativePromise = Promise;

type Body = (helper: object) => unknown;

export interface DebuggedOptions {
  readonly modules: Pick<Modules, 'prepare' | 'bind' | 'beginLoading' | 'meta'>;
  readonly namespace: Namespace;
  readonly shared: SharedState;
  /** The cell whose code is calling, or stands still; undefined when nothing tells. */
  currentCell(): CellId | undefined;
}

/** Arrays with more elements are not asked for other members, which takes a time for each element. */
const mostIndices = 100_000;

/** Without a text that is longer, a value is handed over with all that the inspector knows of it. In UTF-16 units. */
const longMember = 200_000;

export class Debugged {
  #held: readonly unknown[] = [];
  #bound: Bound | undefined;
  readonly #evaluation: Evaluation;

  constructor(readonly options: DebuggedOptions) {
    this.#evaluation = new Evaluation(options.shared, '__tsk_debugged.proceed()');
  }

  /** For `#evaluation` alone. */
  proceed(): unknown {
    return this.#evaluation.proceed();
  }

  /** The names among these that have a value, or will have one. */
  names(names: readonly string[]): NamedDescription[] {
    return withIntrinsics(() => {
      const found: NamedDescription[] = [];
      for (const name of names) {
        const descriptor = getOwnPropertyDescriptor(globalThis, keyOf(name));
        if (!descriptor) continue;
        if (descriptor.get) {
          if (getOwnPropertyDescriptor(globalThis, initialOf(name)))
            found.push({ name, text: '', type: '', isPending: true });
        } else found.push({ name, ...describeSafely(descriptor.value), ...this.#identify(descriptor.value) });
      }
      return found;
    });
  }

  readonly #identities = new WeakMap<object, number>();
  #lastIdentity = 0;

  #identify(value: unknown): { readonly identity?: number } {
    if (typeof value !== 'function') return {};
    const identity = this.#identities.get(value) ?? ++this.#lastIdentity;
    this.#identities.set(value, identity);
    return { identity };
  }

  /** The value of a name; nothing for one that has none yet. */
  look(name: string): unknown {
    return wrap(getOwnPropertyDescriptor(globalThis, keyOf(name))?.value);
  }

  describe(...values: unknown[]): Description[] {
    return withIntrinsics(() => values.map((value) => describeSafely(unwrap(value))));
  }

  /**
   * Some of what is in a value, as members of an object that has nothing else: elements by their numbers, the entries of a Map as
   * `0k` and `0v`, or members by their names. Accessors stay what they are.
   */
  page(given: object, part: 'elements' | 'members', start: number, count: number): object {
    return withIntrinsics(() => {
      const value = unwrap(given) as object;
      const page = create(null) as object;
      const has = elementsOf(value);
      if (part === 'members') {
        if (has !== undefined && has > mostIndices) return page;
        const names = ownKeys(value).filter((key) => has === undefined || !isIndex(key));
        for (const name of names.slice(start, start + count)) copy(value, name, page);
      } else if (has !== undefined && !isMap(value) && !isSet(value)) {
        for (let index = start; index < min(start + count, has); index++) copy(value, String(index), page);
      } else if (has !== undefined) {
        const found = entriesOf(value, start, count);
        for (let at = 0; at < found.length; at++) {
          const entry = found[at];
          if (isMap(value)) {
            put(page, `${start + at}k`, (entry as [unknown, unknown])[0]);
            put(page, `${start + at}v`, (entry as [unknown, unknown])[1]);
          } else put(page, String(start + at), entry);
        }
      }
      return page;
    });
  }

  /** The accessors that are found in the prototypes of a value, up to a proxy: members of an object that has nothing else. */
  inheritedAccessors(given: object): object {
    return withIntrinsics(() => {
      const value = unwrap(given) as object;
      const page = create(null) as object;
      const seen = new Set<string | symbol>(ownKeys(value));
      let owner = isProxy(value) ? null : (getPrototypeOf(value) as object | null);
      for (; owner !== null && !isProxy(owner); owner = getPrototypeOf(owner) as object | null)
        for (const name of ownKeys(owner)) {
          const { get, set } = getOwnPropertyDescriptor(owner, name)!;
          const isShown = (get || set) && typeof name === 'string' && name !== '__proto__';
          if (isShown && !seen.has(name)) copy(owner, name, page);
          seen.add(name);
        }
      return page;
    });
  }

  /** Keeps what `get`, `set` and `render` are about: calls by which the inspector hands over values have no end in time. */
  hold(...values: unknown[]): void {
    this.#held = values.map(unwrap);
  }

  /** What the inspector may be given of a value. */
  handOver(value: unknown): unknown {
    return wrap(value);
  }

  /** The value that is held, whatever its size. */
  whole(): unknown {
    return this.#held[0];
  }

  /** Variables of a scope or members of a value as the inspector may be given them; nothing where that may have all of them, unless forced. */
  handOverMembers(given: object, isForced: boolean): object | undefined {
    return withIntrinsics(() => {
      const owner = unwrap(given) as object;
      if (isProxy(owner)) return undefined;
      const has = elementsOf(owner);
      const names = has !== undefined && has > mostIndices ? [] : ownKeys(owner);
      let hasHeld = isForced || owner !== given || wrap(owner) !== owner;
      const page = create(null) as object;
      for (const name of names) hasHeld = copy(owner, name, page, longMember) || hasHeld;
      return hasHeld ? page : undefined;
    });
  }

  /** The value of the getter that is held after its receiver. */
  get(): unknown {
    const [receiver, getter] = this.#held as [unknown, () => unknown];
    this.#held = [];
    return wrap(this.#evaluation.run(() => apply(getter, receiver, [])));
  }

  /** The value that is held, as cells show their values. */
  render(): Rendering | Promise<Rendering> {
    const [value] = this.#held;
    this.#held = [];
    const rendering = this.#evaluation.run(() => withIntrinsics(() => render(value)));
    return rendering instanceof NativePromise ? rendering.then(plainRendering) : plainRendering(rendering);
  }

  /** The value that is held, as text. @param longest how much of one, in UTF-16 units */
  text(longest: number): string {
    const [value] = this.#held;
    this.#held = [];
    const text =
      typeof value === 'string' ? value : this.#evaluation.run(() => withIntrinsics(() => toText(value)));
    if (text.length <= longest) return text;
    return `${text.slice(0, longest)}… ${text.length - longest} more characters`;
  }

  /** Of the value that is held, to the one that is held after it. @throws TypeError what a person is told, when it cannot be set */
  set(kind: 'member' | 'entry', key: string | number): void {
    const [target, value] = this.#held as [object, unknown];
    this.#held = [];
    if (kind === 'member') {
      if (!this.#evaluation.run(() => assign(target, key, value)))
        throw new TypeError(`${key} cannot be set: it is read-only.`);
      return;
    }
    const [entry] = entriesOf(target, Number(key), 1);
    if (isMap(target)) target.set((entry as [unknown, unknown])[0], value);
    else if (isSet(target)) {
      target.delete(entry);
      target.add(value);
    }
  }

  /** Gives a name of the notebook a value; one that no cell has declared is a variable from now on. */
  bind(name: string, value: unknown): void {
    withIntrinsics(() => this.options.namespace.bind(name, unwrap(value)));
  }

  /** Names that code mentions and nobody has declared can be asked for from now on. */
  mention(mentions: readonly string[], probes: readonly string[]): void {
    withIntrinsics(() => this.#begin({ declarations: [], mentions, probes }).finish(true));
  }

  /**
   * Runs code of the console, whose declarations are names of the notebook from then on.
   * @param body its code, where it was evaluated among the variables of a frame
   */
  run(compiled: CompiledCell, body?: Body): unknown {
    const bindings = withIntrinsics(() => this.#begin(compiled));
    const end = (completed: boolean) => {
      this.#bound = withIntrinsics(() => bindings.finish(completed));
    };
    if (compiled.mode === 'task' && !body) {
      const task = this.#runTask(compiled, bindings, end);
      void heed(task);
      return task;
    }
    let completed = false;
    try {
      const value = this.#evaluation.run(() => (body ?? load(compiled.code))(this.#helperOf(bindings)));
      completed = true;
      return wrap(value);
    } finally {
      end(completed);
    }
  }

  async #runTask(
    compiled: CompiledCell,
    bindings: Bindings,
    end: (completed: boolean) => void,
  ): Promise<unknown> {
    let completed = false;
    try {
      const body = load(compiled.code);
      const begin = () => body(this.#helperOf(bindings));
      const loading = this.#loadImports(compiled, bindings);
      if (loading) this.options.shared.awaitSent();
      // What waits first begins in the event loop, where it is cut off as a cell is.
      const value = await (loading ? loading.then(begin) : this.#evaluation.run(begin));
      completed = true;
      return wrap(value);
    } finally {
      end(completed);
    }
  }

  /** @returns a promise when it has to wait for what it may import */
  #loadImports(compiled: CompiledCell, bindings: Bindings): Promise<void> | undefined {
    const { modules } = this.options;
    const loading = modules.prepare(compiled);
    if (!loading && compiled.imports.length === 0) return undefined;
    return (async () => {
      await loading;
      for (const declaration of compiled.imports)
        for (const [key, value] of await modules.bind(declaration)) bindings.bindImport(key, value);
    })();
  }

  /** What the latest code of the console has declared; once. */
  takeBound(): Bound | undefined {
    const bound = this.#bound;
    this.#bound = undefined;
    return bound;
  }

  /** The names of members of a value, of its own and inherited. */
  members(value: unknown, prefix: string): readonly string[] {
    return withIntrinsics(() => membersOf(unwrap(value), prefix).map(({ text }) => text));
  }

  #begin(names: Parameters<Namespace['begin']>[1]): Bindings {
    const { namespace, currentCell } = this.options;
    for (const { name } of names.declarations)
      if (namespace.isPending(name))
        throw new TypeError(`'${name}' is declared by a cell that has not come to it: take another name.`);
    return namespace.begin(currentCell() ?? 0, names);
  }

  #helperOf(bindings: Bindings): object {
    return create(this.helper, { seal: { value: (...keys: string[]) => bindings.seal(...keys) } }) as object;
  }

  /** What compiled code calls `__tsk_`, where it declares nothing. */
  readonly helper = helperFor(this);
}

const helperFor = (debugged: Debugged) => ({
  step: asStep,
  on: <T>(value: T): T => value,
  chained: <T>(value: T): T => value,
  loading: () => debugged.options.modules.beginLoading(),
  get meta() {
    return debugged.options.modules.meta;
  },
});

/** The debugger waits for it a message later, and tells of its failure: until then it is not lost either. */
async function heed(task: Promise<unknown>): Promise<void> {
  try {
    await task;
  } catch {
    // The debugger's.
  }
}

function describeSafely(value: unknown): Description {
  try {
    return describe(value);
  } catch {
    // An export that is not initialised yet, for example.
    return { text: '(cannot be shown)', type: isProxy(value) ? 'Proxy' : typeof value };
  }
}

function load(code: string): Body {
  return new vm.Script(code, {
    filename: 'Debug console',
    lineOffset: -1,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext() as Body;
}

const isIndex = (key: string | symbol): boolean =>
  typeof key === 'string' && (key === 'length' || /^(?:0|[1-9]\d*)$/.test(key));

/** @returns whether something else is handed over in its place */
function copy(from: object, name: string | symbol, to: object, longest?: number): boolean {
  const descriptor = descriptorOf(from, name);
  if (!descriptor) return false;
  const { value } = descriptor;
  const handed = wrap(value, longest);
  defineProperty(to, name, {
    ...descriptor,
    ...('value' in descriptor && { value: handed }),
    configurable: true,
  });
  return handed !== value;
}

/** Nothing for an export or a variable that is not initialised yet. */
function descriptorOf(owner: object, name: string | symbol): PropertyDescriptor | undefined {
  try {
    return getOwnPropertyDescriptor(owner, name);
  } catch {
    return undefined;
  }
}

const put = (page: object, name: string, value: unknown): void =>
  void defineProperty(page, name, { value: wrap(value), enumerable: true, configurable: true });
