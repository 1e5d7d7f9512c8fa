// What the values of names are like, asked of the thread that has them, and made into types for drafts.
// Rule: an answer counts only for the declaration that it was asked about, and never against what that one says.
import type { LanguageEvent } from '../threads/language-protocol';
import type { ClassName, Shape } from '../threads/shape';
import type { Notebook } from './notebook/cells';
import type { CellModule } from './notebook/module';
import { fill, type Hole } from './types/holes';
import { TypeWriter } from './types/shapes';

/** A name whose static type has a gap. */
interface Target {
  readonly name: string;
  readonly cell: CellModule;
  readonly hole: Hole;
}

interface Question {
  readonly targets: readonly Target[];
  readonly then: (() => void) | undefined;
}

export interface ObservationOptions {
  readonly notebook: Notebook;
  /** The values of a cell whose types say nothing, or not all. */
  holesOf(cell: CellModule): ReadonlyMap<string, Hole>;
  post(event: LanguageEvent): void;
}

export class Observations {
  readonly #options: ObservationOptions;
  readonly #questions = new Map<number, Question>();
  #count = 0;
  /** How many cells have ended: any of them may have changed any value. */
  #age = 0;
  /** When each value was last asked for. */
  #asked = new WeakMap<CellModule, Map<string, number>>();

  constructor(options: ObservationOptions) {
    this.#options = options;
  }

  /** Whether the types of values wait for an answer. */
  get isAsking(): boolean {
    return this.#questions.size > 0;
  }

  /** A cell has ended. */
  noteEnd(): void {
    this.#age++;
  }

  /** Whether a name has a value that may tell more than its type does. */
  isWanted(name: string): boolean {
    return this.#targetOf(name) !== undefined;
  }

  /** Asks for values again that may have changed. @param then called once the types of all are as they are now */
  ask(names: Iterable<string>, then?: () => void): void {
    const targets: Target[] = [];
    for (const name of new Set(names)) {
      const target = this.#targetOf(name);
      if (target) targets.push(target);
    }
    if (targets.length === 0) return then?.();
    for (const { cell, name } of targets) this.#noteAsked(cell, name);
    const question = ++this.#count;
    this.#questions.set(question, { targets, then });
    this.#options.post({ kind: 'observe', question, names: targets.map(({ name }) => name) });
  }

  /** Asks for those of the values that cells may have changed since they were asked for. */
  refresh(names: Iterable<string>): void {
    const stale = [...names].filter((name) => {
      const target = this.#targetOf(name);
      return target && this.#asked.get(target.cell)?.get(name) !== this.#age;
    });
    this.ask(stale);
  }

  /** @param shapes in the order of the names; empty when nobody could answer */
  take(question: number, shapes: readonly (Shape | undefined)[]): void {
    const asked = this.#questions.get(question);
    if (!asked) return;
    this.#questions.delete(question);
    const { notebook } = this.#options;
    for (const [index, { name, cell, hole }] of asked.targets.entries()) {
      const shape = shapes[index];
      if (!shape || notebook.names.get(name)?.value?.cell !== cell) continue;
      const classes = new Map<string, CellModule>();
      const text = fill(hole, shape, 'Static', new TypeWriter((named) => this.#nameClass(named, classes)));
      notebook.see(cell, name, text === 'any' || text === 'Static' ? undefined : text, classes);
    }
    asked.then?.();
  }

  forget(): void {
    this.#questions.clear();
  }

  #targetOf(name: string): Target | undefined {
    const cell = this.#options.notebook.names.get(name)?.value?.cell;
    const hole = cell && this.#options.holesOf(cell).get(name);
    return hole && { name, cell, hole };
  }

  #noteAsked(cell: CellModule, name: string): void {
    let ages = this.#asked.get(cell);
    if (!ages) {
      ages = new Map();
      this.#asked.set(cell, ages);
    }
    ages.set(name, this.#age);
  }

  #nameClass({ name, isOwn }: ClassName, classes: Map<string, CellModule>): string {
    if (!isOwn) return name;
    const value = this.#options.notebook.names.get(name)?.value;
    if (value?.kind !== 'class') return 'any';
    classes.set(name, value.cell);
    return value.parameters ? `${name}<${Array(value.parameters).fill('any').join(', ')}>` : name;
  }
}
