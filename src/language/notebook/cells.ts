// The notebook as the type checker sees it: each cell that ran is a module, a name belongs to the newest cell that declares it.
// Rule: a cell's module is immutable: names in it are resolved when it is created. A module can be dropped when no current
// name refers to it and no live module imports it.

import type { CellId } from '../../api';
import type { Bound } from '../../compile';
import { BoundNames, type BoundState } from '../../compile/keys';
import { parseEither, parseModule } from '../../compile/parse';
import type { EarlierNames } from '../../compile/types';
import { closersFor } from './closers';
import type { ValueKind } from './declarations';
import {
  type Brought,
  type CellInProgress,
  type CellModule,
  cellPrefix,
  type KnownName,
  type KnownValue,
  valuePrefix,
} from './module';
import { outlineOf, type Surface } from './outline';
import { declareSeen, from, narrowedBy, probing, tailOf } from './tail';

/** A cell between its start and its end. */
interface RunningCell {
  readonly cell: CellModule;
  /** Names that it binds at run time, unless it fails before. */
  readonly values: readonly string[];
  /** What its names referred to before, or would by now without it. */
  readonly before: Map<string, KnownName>;
  /** What it has narrowed, if it runs to its end. */
  readonly narrowed: ReadonlyMap<string, KnownValue>;
}

/** What is known of the cells, as data. Modules come first: what refers to others then finds them there. */
export interface NotebookState {
  readonly modules: ReadonlyMap<string, CellModule>;
  readonly names: ReadonlyMap<string, KnownName>;
  readonly running: ReadonlyMap<CellId, RunningCell>;
  readonly bound: BoundState;
  readonly globalNames: ReadonlyMap<string, CellModule>;
  readonly values: ReadonlyMap<string, string>;
  readonly global: readonly CellModule[];
  readonly count: number;
  readonly mostModules: number;
}

/** The modules that a text imports. */
const moduleNames = new RegExp(`${cellPrefix}\\d+`, 'g');

/** With fewer modules than this, none are garbage-collected. */
const fewModules = 256;

/** Is told which names, and magics, may mean something else now. */
type Listener = (names: readonly string[]) => void;

export class Notebook {
  readonly #modules = new Map<string, CellModule>();
  readonly #names = new Map<string, KnownName>();
  readonly #running = new Map<CellId, RunningCell>();
  readonly #bound = new BoundNames();
  /** Names that cells assigned as properties of `globalThis`. */
  readonly #globalNames = new Map<string, CellModule>();
  /** The texts of the modules that have the type of a value. */
  readonly #values = new Map<string, string>();
  readonly #listeners = new Set<Listener>();
  #count = 0;
  /** With this many modules, garbage is collected. */
  #mostModules = fewModules;

  /** All names of the cells that ran, each with its newest meaning. */
  get names(): ReadonlyMap<string, KnownName> {
    return this.#names;
  }

  /** The names that a cell finds, as far as it takes to compile it. */
  get earlier(): EarlierNames {
    return { bound: this.#bound.all, pending: this.#bound.pending };
  }

  /** The magics that cells have added, with their signs. */
  get magics(): ReadonlySet<string> {
    return this.#magics;
  }
  #magics: ReadonlySet<string> = new Set();

  noteMagics(magics: Iterable<string>): void {
    const before = this.#magics;
    this.#magics = new Set(magics);
    this.#tell([...before, ...this.#magics]);
  }

  find(name: string): CellModule | undefined {
    return this.#modules.get(name);
  }

  /** Modules that augment the globals: every program includes them. */
  get global(): CellModule[] {
    return this.#global;
  }
  #global: CellModule[] = [];

  /**
   * Makes the module of a cell that is about to run. Its names are invisible until `publish`.
   * @param code the source as TypeScript is to see it, with the same positions
   * @param documentId what the document calls the cell
   */
  create(label: string, source: string, code = source, documentId?: string): CellModule {
    const outline = outlineOf(code);
    const name = `${cellPrefix}${++this.#count}`;
    const shift = outline.isObject ? 1 : 0;
    const checked = narrowedBy(outline, this.#names);
    const brought: Brought[] = [];
    const text =
      (shift ? `(${code}\n)` : code) + tailOf(outline, this.#names, this.isUntyped, { checked, brought });
    const { jsx, values, types, globals, changesGlobals } = outline;
    const surface: Surface = { jsx, values, types, globals, changesGlobals };
    const seen = new Map<string, string>();
    const made = {
      name,
      label,
      source,
      outline: surface,
      text,
      shift,
      narrowed: checked,
      seen,
      brought,
      documentId,
    };
    this.#modules.set(name, made);
    return made;
  }

  /**
   * Gives a name of a cell the type of its value, for drafts.
   * @param type `Static` in it is the static type; nothing if the value says no more than that
   * @param classes what it names, with the cells that these are of
   */
  see(
    { name, seen }: CellModule,
    value: string,
    type: string | undefined,
    classes: ReadonlyMap<string, CellModule>,
  ): void {
    const before = seen.get(value);
    const imports = Array.from(classes, ([named, cell]) => `import type { ${named} } from ${from(cell)};\n`);
    const text =
      type === undefined
        ? undefined
        : `${imports.join('')}type Static = typeof import(${JSON.stringify(`./${name}`)}).${value};\nexport declare const value: ${type};\n`;
    if (before !== undefined) {
      if (this.#values.get(before) === text) return;
      seen.delete(value);
      this.#values.delete(before);
    }
    if (text === undefined) return;
    const module = `${valuePrefix}${++this.#count}`;
    this.#values.set(module, text);
    seen.set(value, module);
  }

  /** The text of a module that has the type of a value. */
  findValue(module: string): string | undefined {
    return this.#values.get(module);
  }

  /** A cell's module with the types that values have now; nothing if none of them is known. */
  withValues({ text, source, brought }: CellModule): string | undefined {
    let tail = text.slice(source.length);
    for (const bringing of brought) {
      const seen = declareSeen(bringing);
      if (seen !== undefined) tail = tail.replace(bringing.text, () => seen);
    }
    const changed = text.slice(0, source.length) + tail;
    return changed === text ? undefined : changed;
  }

  /**
   * The module of a text that may not even parse.
   * @param language `tsx` for JSX that does not parse as JSX yet
   * @param usesValues whether names have the types of their values, where these say more
   */
  draft(source: string, language?: 'tsx', usesValues = true): CellInProgress {
    const parsed = language ? { file: parseModule(source, language), language } : parseEither(source);
    const outline = outlineOf(source, parsed);
    const isSame = parsed.language === (language ?? 'ts');
    const closers = closersFor(source, language, isSame ? parsed.file : undefined);
    const tail = tailOf(outline, this.#names, this.isUntyped, { usesValues }) + probing;
    return { text: source + closers + tail, tail, outline };
  }

  /**
   * Makes its names those that later cells refer to.
   * @param values names that the cell binds at run time, which `settle` may take back
   */
  publish(id: CellId, cell: CellModule, values: readonly string[]): void {
    const { outline } = cell;
    cell.id = id;
    this.#bound.begin(id, values);
    const before = new Map<string, KnownName>();
    for (const name of values) before.set(name, this.#names.get(name) ?? {});
    for (const [name, declared] of outline.values) {
      this.#names.set(name, { ...this.#names.get(name), value: { ...declared, cell } });
    }
    for (const name of outline.types) this.#names.set(name, { ...this.#names.get(name), type: cell });
    for (const name of outline.globals) this.#globalNames.set(name, cell);
    if (outline.changesGlobals) this.#global.push(cell);
    const narrowed = new Map<string, KnownValue>();
    for (const name of cell.narrowed) {
      const value = this.#names.get(name)?.value;
      if (value) narrowed.set(name, value);
    }
    this.#running.set(id, { cell, values, before, narrowed });
    this.#tell([...outline.values.keys(), ...outline.types, ...outline.globals, ...cell.narrowed]);
  }

  isRunning(id: CellId): boolean {
    return this.#running.has(id);
  }

  /** The cell ended. Names that it declared and did not bind get their earlier meaning back. */
  settle(id: CellId, bound: Bound): void {
    const running = this.#running.get(id);
    if (!running) return;
    const others = [...this.#running.values()];
    const later = others.slice(others.indexOf(running) + 1);
    this.#running.delete(id);
    this.#bound.settle(id, bound.values);
    const alive = new Set(bound.values);
    const types = new Set(bound.types);
    for (const name of running.values) {
      const isMade = alive.has(name);
      const declared = running.cell.outline.values.get(name);
      // Another cell that runs may have declared it since, and goes back to this one's meaning if it fails.
      const next = later.find(({ before }) => before.has(name));
      for (const meanings of next ? [next.before, this.#names] : [this.#names]) {
        const known = meanings.get(name);
        const of = known?.value?.cell;
        if (isMade) {
          // Whoever else has ended meanwhile has lost the name to this one.
          const isTaken = of === running.cell || later.some(({ cell }) => cell === of);
          if (!isTaken && declared)
            meanings.set(name, { ...known, value: { ...declared, cell: running.cell } });
          continue;
        }
        if (!known?.value || of !== running.cell) continue;
        const before = running.before.get(name);
        const isUnmade = known.type === running.cell && isTypeWithValue(known.value.kind) && !types.has(name);
        const type = isUnmade ? before?.type : known.type;
        if (before?.value || type || meanings !== this.#names)
          meanings.set(name, { value: before?.value, type });
        else meanings.delete(name);
      }
    }
    if (bound.completed) this.#narrow(running);
    this.#tell([...running.values, ...running.narrowed.keys()]);
  }

  #narrow(running: RunningCell): void {
    for (const [name, value] of running.narrowed) {
      const known = this.#names.get(name);
      if (known?.value === value)
        this.#names.set(name, { ...known, value: { ...value, narrowedIn: running.cell } });
    }
  }

  /** Drops the module of a cell that will not run. */
  discard(cell: CellModule): void {
    this.#modules.delete(cell.name);
    for (const module of cell.seen.values()) this.#values.delete(module);
  }

  /** Whether there are twice as many modules as after the last collection: that keeps its cost constant per cell. */
  get isCrowded(): boolean {
    return this.#modules.size >= this.#mostModules;
  }

  /**
   * Garbage-collects modules that no later cell can refer to. Call it when the notebook is crowded, and while no program has
   * modules open.
   * @param wanted cells that are kept all the same, with what they refer to
   * @returns the cells that were dropped
   */
  prune(wanted: readonly CellModule[]): CellId[] {
    const needed = this.#neededBy(wanted);
    const pruned: CellId[] = [];
    for (const cell of this.#modules.values()) {
      // A module without a host's id belongs to a cell that is about to run.
      if (cell.id === undefined || needed.has(cell)) continue;
      this.discard(cell);
      pruned.push(cell.id);
    }
    this.#mostModules = Math.max(fewModules, 2 * this.#modules.size);
    return pruned;
  }

  #neededBy(wanted: readonly CellModule[]): Set<CellModule> {
    const needed = new Set([...wanted, ...this.#global, ...this.#globalNames.values()]);
    const known = [...this.#names.values()];
    for (const { cell, before } of this.#running.values()) {
      needed.add(cell);
      // Earlier meanings are needed if the cell fails.
      known.push(...before.values());
    }
    for (const { value, type } of known) {
      if (value) needed.add(value.cell);
      if (value?.narrowedIn) needed.add(value.narrowedIn);
      if (type) needed.add(type);
    }
    // The loop also visits what it adds.
    for (const { frozen, text, seen } of needed) {
      const values = [...seen.values()].map((module) => this.#values.get(module));
      for (const [name] of [frozen ?? text, ...values].join('\n').matchAll(moduleNames)) {
        const imported = this.#modules.get(name);
        if (imported) needed.add(imported);
      }
    }
    return needed;
  }

  /** All names have lost their values. Cells that run may still give theirs one, and keep what they refer to. */
  forget(): void {
    const running = [...this.#running];
    const lost = [...this.#names.keys(), ...this.#globalNames.keys()];
    for (const known of [this.#names, this.#running, this.#globalNames]) known.clear();
    this.#bound.clear();
    this.#global = [];
    for (const [id, { cell, values }] of running) this.publish(id, cell, values);
    this.#tell(lost);
    this.prune([]);
  }

  /**
   * Calls back whenever names or magics may mean something else, before the modules of their earlier meanings can be dropped.
   * @returns ends that
   */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(names: readonly string[]): void {
    for (const listener of this.#listeners) listener(names);
  }

  save(): NotebookState {
    return {
      modules: this.#modules,
      names: this.#names,
      running: this.#running,
      bound: this.#bound.save(),
      globalNames: this.#globalNames,
      values: this.#values,
      global: this.#global,
      count: this.#count,
      mostModules: this.#mostModules,
    };
  }

  /** Takes over what another notebook knew, before any cell has come here. */
  restore(state: NotebookState): void {
    const { modules, names, running, bound, globalNames, values, global, count, mostModules } = state;
    for (const [name, cell] of modules) this.#modules.set(name, cell);
    for (const [name, known] of names) this.#names.set(name, known);
    for (const [id, cell] of running) this.#running.set(id, cell);
    for (const [name, cell] of globalNames) this.#globalNames.set(name, cell);
    for (const [name, text] of values) this.#values.set(name, text);
    this.#bound.restore(bound);
    this.#global = [...global];
    this.#count = count;
    this.#mostModules = mostModules;
  }

  /** A name that exists at run time and has no known type. */
  readonly isUntyped = (name: string): boolean => this.#globalNames.has(name) || /^_\d+$/.test(name);
}

/** Declarations that make a type and a value in one. Beside a variable or a function, a type is separate. */
const isTypeWithValue = (kind: ValueKind): boolean =>
  kind !== 'let' && kind !== 'const' && kind !== 'function';
