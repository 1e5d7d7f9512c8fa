// Runs compiled cells as the execution worker does, in the realm of the test's process, as far as the compile stage needs.
import { constants, runInThisContext, Script } from 'node:vm';
import {
  type CompiledCell,
  type CompileOptions,
  compile,
  type Declaration,
  defaultCompileOptions,
} from '../../../src/compile';
import { initialOf, keyOf } from '../../../src/compile/keys';

type Realm = { [name: string]: unknown };
type Run = (runtime: unknown) => unknown;

const realm = runInThisContext('globalThis') as Realm;
Object.assign(realm, {
  __tsk_eval: () => (code: unknown) => code,
  __tsk_plain: () => {},
  __tsk_text: (part: unknown) => part,
  __tsk_thrown: {},
});

/** Compiles, or throws the first problem's message. */
export function compileCell(source: string, options: Partial<CompileOptions> = {}): CompiledCell {
  const result = compile(source, { ...defaultCompileOptions, ...options });
  if (!result.ok) throw new SyntaxError(result.problems.map(({ message }) => message).join('\n'));
  return result.cell;
}

/** One namespace for several cells; `end` leaves the realm as it was. */
export class Session {
  /** What cells have declared. */
  readonly bound = new Set<string>();
  readonly #known = new Map<string, PropertyDescriptor | undefined>();

  /** @param modules what import finds */
  constructor(private readonly modules: { readonly [specifier: string]: Realm } = {}) {}

  /** The value of a cell (a promise of it when it is a task). */
  run(source: string, options: Partial<CompileOptions> = {}): unknown {
    return this.runCompiled(compileCell(source, { bound: this.bound, ...options }));
  }

  /** @param helper what the code calls besides what every cell does */
  runCompiled(cell: CompiledCell, helper: object = {}): unknown {
    for (const declaration of cell.declarations) {
      this.#declare(declaration);
      this.bound.add(declaration.name);
    }
    for (const { specifier, bindings, commonJs } of cell.imports) {
      const found = this.modules[specifier];
      if (found === undefined) throw new Error(`Cannot find module '${specifier}'`);
      for (const { imported, local } of bindings) {
        this.#remember(local);
        this.#define(local, imported === '*' || commonJs ? found : found[imported], false);
      }
    }
    const script = new Script(cell.code, {
      filename: 'cell',
      lineOffset: -1,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    return (script.runInThisContext() as Run)({
      step: (sleep: unknown) => ({ sleep, [keyOf('sleep')]: sleep }),
      on: (value: unknown) => value,
      loading: () => ({}),
      ...helper,
      meta: { url: 'file:///notebook/' },
      seal: (...names: string[]) => {
        for (const name of names) Object.defineProperty(realm, name, { writable: false });
      },
    });
  }

  /** Makes values known to cells, under these names. */
  give(values: Realm): void {
    for (const [name, value] of Object.entries(values)) {
      this.#remember(keyOf(name));
      this.#define(keyOf(name), value, true);
      this.bound.add(name);
    }
  }

  get(name: string): unknown {
    return realm[keyOf(name)];
  }

  end(): void {
    for (const [name, descriptor] of this.#known) {
      delete realm[name];
      if (descriptor !== undefined) Object.defineProperty(realm, name, descriptor);
    }
  }

  #declare({ name, kind, isAssigned }: Declaration): void {
    const key = keyOf(name);
    const initial = initialOf(name);
    for (const property of [key, initial]) this.#remember(property);
    const old = Object.getOwnPropertyDescriptor(realm, key);
    const initialise = (value: unknown) => this.#define(key, value, true);
    Object.defineProperty(realm, initial, { set: initialise, configurable: true });
    if (kind === 'enum' || kind === 'namespace') this.#define(key, undefined, true);
    else if (kind === 'var' || kind === 'function') this.#define(key, old?.value, true);
    else {
      const refuse = (): never => {
        throw new ReferenceError(`Cannot access '${name}' before initialization`);
      };
      const get = old !== undefined && 'value' in old ? () => old.value as unknown : refuse;
      Object.defineProperty(realm, key, { get, set: isAssigned ? initialise : refuse, configurable: true });
    }
  }

  #define(name: string, value: unknown, writable: boolean): void {
    Object.defineProperty(realm, name, { value, writable, enumerable: true, configurable: true });
  }

  #remember(name: string): void {
    if (!this.#known.has(name)) this.#known.set(name, Object.getOwnPropertyDescriptor(realm, name));
  }
}

/** Runs cells one after the other in a namespace of their own; the value of the last. */
export function runCells(...sources: string[]): unknown {
  const session = new Session();
  try {
    return sources.map((source) => session.run(source)).at(-1);
  } finally {
    session.end();
  }
}

/** As `runCells`, for cells that may be tasks. */
export async function awaitCells(...sources: string[]): Promise<unknown> {
  const session = new Session();
  try {
    let value: unknown;
    for (const source of sources) value = await session.run(source);
    return value;
  } finally {
    session.end();
  }
}
