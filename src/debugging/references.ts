// The numbers by which a front end asks for what is in a value.
// Rule: a number means one thing for as long as it is known; what it means ends with the pause, but for names of the notebook,
// which are looked up when they are asked for.
import type { Scope } from './scopes';
import type { Frame, Target } from './target';

export type Referent =
  | { readonly kind: 'scope'; readonly frame: Frame; readonly scope: Scope }
  | { readonly kind: 'names' }
  | { readonly kind: 'name'; readonly name: string }
  | ({ readonly kind: 'object' } & Thing)
  /** Some of the elements of a value that has many, or of its members. */
  | {
      readonly kind: 'range';
      readonly of: Thing;
      readonly part: Part;
      readonly start: number;
      readonly count: number;
    }
  | {
      readonly kind: 'getter';
      readonly name: string;
      readonly path: string;
      readonly receiver: string;
      readonly getter: string;
      readonly frame: Frame | undefined;
    };

export type Part = 'elements' | 'members';

/** A value that has something in it. */
export interface Thing {
  readonly objectId: string;
  /** How code says it; empty where it cannot. */
  readonly path: string;
  /** As a description has it. */
  readonly type: string;
  readonly subtype: string | undefined;
  /** Of a class that is none of the language's own. */
  readonly isInstance: boolean;
  /** Where it was found. */
  readonly frame: Frame | undefined;
  readonly elements: number;
  readonly members: number;
}

/** So many listings hold on to their values, besides those of names. */
const mostGroups = 500;

const stale = 'These variables are of an earlier stop.';

export class References {
  readonly #target: Target;
  readonly #referents = new Map<number, { readonly referent: Referent; readonly group: string }>();
  readonly #names = new Map<string, number>();
  readonly #groups: string[] = [];
  #last = 0;
  #lastGroup = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  /** What holds on to the values of one answer. */
  group(): string {
    const group = `debugger-${++this.#lastGroup}`;
    this.#groups.push(group);
    this.keep(mostGroups);
    return group;
  }

  add(referent: Referent, group = ''): number {
    this.#referents.set(++this.#last, { referent, group });
    return this.#last;
  }

  /** The same number for a name at all times: front ends keep what they have opened. */
  ofName(name: string): number {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const reference = this.add({ kind: 'name', name }, 'names');
    this.#names.set(name, reference);
    return reference;
  }

  /** @throws Error when it is of an earlier pause */
  find(reference: number): Referent {
    const found = this.#referents.get(reference)?.referent;
    if (!found) throw new Error(stale);
    return found;
  }

  /** Lets go of all answers but the latest ones. */
  keep(count: number): void {
    while (this.#groups.length > count) this.#release(this.#groups.shift()!);
  }

  /** The thread goes on. */
  forget(): void {
    this.keep(0);
    for (const [reference, { group }] of this.#referents)
      if (group !== 'names') this.#referents.delete(reference);
  }

  #release(group: string): void {
    for (const [reference, known] of this.#referents)
      if (known.group === group) this.#referents.delete(reference);
    this.#target.call('Runtime.releaseObjectGroup', { objectGroup: group }).catch(() => undefined);
  }
}
