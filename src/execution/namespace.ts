// The one namespace of all cells: properties of the realm's own global object, under keys that nobody else looks for (see
// compile/keys). A name is one property, for every cell and every closure.
// Rule: only this file defines or seals properties for names; compiled code just assigns to them.
//
// While a cell runs, each name that it declares and has not initialised yet is an accessor: reading gives the value of
// an earlier cell, or the ReferenceError that the language asks for; the declaration assigns to a property of its own, which
// turns the name into plain data. So a name exists from the moment it is initialised, and what a failed cell did not
// initialise is as it was before. Several cells that run may declare one name: each waits for its own declaration, what is
// under all of these is what the others read and assign, and the one that came last is the name's owner, which alone may make
// it constant. Whose code runs, the context tells: what is left of a cell that has ended initialises nothing.
//
// A name that code mentions and no cell has declared is an accessor too: it stands for the realm's global of that name, if
// there is one by then, until a cell declares the name.
import type { CellId } from '../api';
import { initialOf, keyOf, nameOfKey, probeOf } from '../compile/keys';
import type { Bound, CompiledCell, Declaration } from '../compile/types';
import type { StandIn } from '../standins/kernel';

const { defineProperty, getOwnPropertyDescriptor, hasOwn } = Object;
const { deleteProperty, set: assign } = Reflect;
const realm = globalThis as { [name: string]: unknown };

/** A name that cells which run have declared and not initialised. */
interface PendingName {
  readonly key: string;
  readonly name: string;
  /** What the name is without them: an earlier cell's, or that of a cell which has initialised it meanwhile. */
  under: PropertyDescriptor | undefined;
  /** The latest last. */
  claims: readonly Claim[];
}

/** A declaration that waits for its first value. */
interface Claim {
  readonly bindings: Bindings;
  /** The first value comes by an assignment like any other. */
  readonly isAssigned: boolean;
  /** To its own cell the name has no value before, as of an enum: it is a new one, not an addition to that of an earlier cell. */
  readonly isNew: boolean;
}

/** The names of all cells. */
export class Namespace {
  readonly #current: () => CellId | undefined;
  /** By key. */
  readonly #pending = emptyTable<PendingName>();
  /** By key: the cell that has initialised it last, while that runs. */
  #owners = emptyTable<Bindings>();
  readonly #running = new Set<Bindings>();

  /** @param current the cell whose code is calling; undefined when nothing tells */
  constructor(current: () => CellId | undefined) {
    this.#current = current;
  }

  /** A cell is about to run: declares its names. */
  begin(cell: CellId, { declarations, mentions, probes }: Names): Bindings {
    for (const name of mentions) if (!hasOwn(realm, keyOf(name))) defineMention(name);
    for (const name of probes) if (!hasOwn(realm, probeOf(name))) this.#defineProbe(name);
    const bindings = new Bindings(this, cell, declarations);
    this.#running.add(bindings);
    for (const declaration of declarations) this.#prepare(bindings, declaration);
    return bindings;
  }

  /** All names were deleted: what is declared and not initialised yet has no earlier value any more. */
  forget(): void {
    this.#owners = emptyTable<Bindings>();
    for (const key in this.#pending) this.#pending[key]!.under = undefined;
  }

  /** Gives a name a value for good, or until the next cell that declares it. */
  initialise(bindings: Bindings, key: string, value: unknown, writable = true): void {
    const pending = this.#pending[key];
    if (pending) pending.under = dataOf(value, writable);
    else setData(key, value, writable);
    this.#owners[key] = bindings;
    if (pending) this.#withdraw(pending, bindings);
  }

  /**
   * Gives a name a value from outside of cells. A constant stays one; what no cell has declared is a variable from then on. A cell
   * that has declared the name and not initialised it does that all the same.
   */
  bind(name: string, value: unknown): void {
    const key = keyOf(name);
    const pending = this.#pending[key];
    const before = pending ? pending.under : getOwnPropertyDescriptor(realm, key);
    const isWritable = before?.writable ?? true;
    if (pending) pending.under = dataOf(value, isWritable);
    else setData(key, value, isWritable);
  }

  /** Whether a cell that runs has declared a name and not initialised it. */
  isPending(name: string): boolean {
    return this.#pending[keyOf(name)] !== undefined;
  }

  /** Makes names constant that the cell has initialised. */
  seal(bindings: Bindings, keys: readonly string[]): void {
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at]!;
      if (this.#owners[key] !== bindings) continue;
      const pending = this.#pending[key];
      const descriptor = pending ? pending.under : getOwnPropertyDescriptor(realm, key);
      if (!descriptor?.configurable || !descriptor.writable) continue;
      const constant = { ...descriptor, writable: false };
      if (pending) pending.under = constant;
      else defineProperty(realm, key, constant);
    }
  }

  /** The cell gives up a name, if it has not initialised it. */
  giveUp(bindings: Bindings, name: string): void {
    const key = keyOf(name);
    const pending = this.#pending[key];
    if (pending) this.#withdraw(pending, bindings);
    if (!this.#pending[key]) deleteProperty(realm, initialOf(name));
  }

  /** Whether the value of a name is the one that this cell gave it. */
  owns(bindings: Bindings, key: string): boolean {
    return this.#owners[key] === bindings;
  }

  /** The cell has ended. */
  end(bindings: Bindings): void {
    this.#running.delete(bindings);
    for (const key in this.#owners) if (this.#owners[key] === bindings) delete this.#owners[key];
  }

  #prepare(bindings: Bindings, { name, kind, isAssigned }: Declaration): void {
    const key = keyOf(name);
    switch (kind) {
      case 'enum':
      case 'namespace':
        return this.#claim(name, { bindings, isAssigned: true, isNew: true });
      case 'var':
      case 'function': {
        const pending = this.#pending[key];
        const before = pending ? pending.under : getOwnPropertyDescriptor(realm, key);
        this.#owners[key] = bindings;
        if (before && !before.get && before.writable !== false) return;
        const value = !before || before.get ? realm[name] : (before.value as unknown);
        if (pending) pending.under = dataOf(value, true);
        else setData(key, value);
        return;
      }
      default:
        return this.#claim(name, { bindings, isAssigned: isAssigned === true, isNew: false });
    }
  }

  #claim(name: string, claim: Claim): void {
    const key = keyOf(name);
    const known = this.#pending[key];
    if (known) {
      // Its own one is there where the beginning was cut off and comes again.
      const others = known.claims.filter(({ bindings }) => bindings.cell !== claim.bindings.cell);
      known.claims = [...others, claim];
      return;
    }
    const under = getOwnPropertyDescriptor(realm, key);
    const pending: PendingName = { key, name, under, claims: [claim] };
    this.#pending[key] = pending;
    setAccessor(
      key,
      () => this.#read(pending),
      (value) => this.#write(pending, value),
    );
    setAccessor(initialOf(name), undefined, (value) => {
      const waiting = this.#claimHere(pending);
      // What is left of a cell that has ended.
      if (!waiting) throw unknown(name);
      this.initialise(waiting.bindings, key, value);
    });
  }

  /** The declaration that the calling code waits for. */
  #claimHere({ claims }: PendingName): Claim | undefined {
    const cell = this.#current();
    for (let at = claims.length - 1; at >= 0; at--)
      if (cell === undefined || claims[at]!.bindings.cell === cell) return claims[at];
    return undefined;
  }

  #read(pending: PendingName): unknown {
    const { name, under, claims } = pending;
    const isData = under !== undefined && !under.get;
    // Not the least work for a loop that reads an earlier value.
    if (isData && claims.length === 1 && !claims[0]!.isNew) return under.value as unknown;
    const claim = this.#claimHere(pending);
    if (claim?.isNew) return undefined;
    if (isData) return under.value as unknown;
    if (!claim && under?.get) return under.get();
    if (name in realm) return realm[name];
    throw claim ? uninitialised(name) : unknown(name);
  }

  #write(pending: PendingName, value: unknown): void {
    const { key, name, under } = pending;
    const claim = this.#claimHere(pending);
    if (claim?.isAssigned) return this.initialise(claim.bindings, key, value);
    if (claim) throw uninitialised(name);
    if (under?.set) return under.set(value);
    if (!under) throw unknown(name);
    if (!under.writable) throw new TypeError('Assignment to constant variable.');
    pending.under = { ...under, value };
  }

  /** A cell waits no longer for its declaration, if it did. Comes again where an interrupt has cut it off. */
  #withdraw(pending: PendingName, bindings: Bindings): void {
    const { key, name, under, claims } = pending;
    const left: Claim[] = [];
    for (let at = 0; at < claims.length; at++)
      if (claims[at]!.bindings !== bindings) left[left.length] = claims[at]!;
    pending.claims = left;
    if (left.length > 0) return;
    if (under) defineProperty(realm, key, under);
    // Another cell may have been compiled as if the name had a value.
    else if (this.#running.size > 1) defineMention(name);
    else deleteProperty(realm, key);
    delete this.#pending[key];
  }

  /** For `typeof`: of a name that nothing has it is 'undefined'. */
  #defineProbe(name: string): void {
    const key = keyOf(name);
    setAccessor(probeOf(name), () => {
      const pending = this.#pending[key];
      const isOthers = pending !== undefined && !this.#claimHere(pending);
      const found = isOthers ? pending.under : getOwnPropertyDescriptor(realm, key);
      return found && !(found.get && ofMentions.has(found.get)) ? realm[key] : realm[name];
    });
  }
}

/** The declarations of one run, from its start to its end. */
export class Bindings {
  readonly #types: string[] = [];
  #values: readonly string[] | undefined;

  constructor(
    readonly namespace: Namespace,
    readonly cell: CellId,
    readonly declarations: readonly Declaration[],
  ) {}

  /** Binds an imported name: it can be declared again, but not assigned to. */
  bindImport(key: string, value: unknown): void {
    this.namespace.initialise(this, key, value, false);
  }

  /** Notes an imported name that has no value: what was imported is a type. */
  noteType(key: string): void {
    this.#types.push(nameOfKey(key));
  }

  /** Makes names constant that the run has initialised. */
  seal(...keys: string[]): void {
    this.namespace.seal(this, keys);
  }

  /**
   * Ends the run: consts are sealed, and names that were not initialised are put back as they were. Says the same when it is
   * called again, which it is when an interrupt cut it off.
   * @param completed whether it came to its end
   * @returns which of its names are its own: what another run has declared anew meanwhile is that one's
   */
  finish(completed: boolean): Bound {
    if (!this.#values) {
      for (const { name } of this.declarations) this.namespace.giveUp(this, name);
      const bound = this.declarations.filter(({ name }) => this.namespace.owns(this, keyOf(name)));
      this.seal(...bound.filter(({ kind }) => kind === 'const').map(({ name }) => keyOf(name)));
      this.#values = bound.map(({ name }) => name);
      this.namespace.end(this);
    }
    return { values: this.#values, types: this.#types, completed };
  }
}

const emptyTable = <Value>() => Object.create(null) as Record<string, Value>;
const dataOf = (value: unknown, writable: boolean): PropertyDescriptor => ({
  value,
  writable,
  configurable: true,
  enumerable: false,
});

type Names = Pick<CompiledCell, 'declarations' | 'mentions' | 'probes'>;

const uninitialised = (name: string) => new ReferenceError(`Cannot access '${name}' before initialization`);
const unknown = (name: string) => new ReferenceError(`${name} is not defined`);

let standIns: ReadonlyMap<string, StandIn> = new Map();

/** Names that cells find where nothing else has them. */
export function offerStandIns(names: ReadonlyMap<string, StandIn>): void {
  standIns = names;
}

/** The realm's global of a name stands for it: a library may make one at any time. */
function defineMention(name: string): void {
  const standIn = standIns.get(name);
  const get = () => {
    if (name in realm) return realm[name];
    if (standIn) return standIn.get();
    throw unknown(name);
  };
  const set = (value: unknown) => {
    if (!(name in realm)) {
      if (standIn?.set) return standIn.set(value);
      throw unknown(name);
    }
    if (!assign(realm, name, value)) throw new TypeError(`Cannot assign to read only property '${name}'`);
  };
  ofMentions.add(get);
  setAccessor(keyOf(name), get, set);
}

/** The getters of names that no cell has declared. */
const ofMentions = new WeakSet<object>();

function setAccessor(key: string, get: (() => unknown) | undefined, set?: (value: unknown) => void): void {
  defineProperty(realm, key, { get, set, configurable: true, enumerable: false });
}

function setData(key: string, value: unknown, writable = true): void {
  defineProperty(realm, key, dataOf(value, writable));
}
