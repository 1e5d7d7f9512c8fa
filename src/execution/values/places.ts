// What has been seen at each place of a value, gathered value by value, and what shape that makes.
// Rule: a place has each kind of value once, so that a million elements take no more room than one.
import type { ClassName, Field, FunctionShape, ObjectShape, PrimitiveName, Shape } from '../../threads/shape';

/** An object that has more keys than this, all with values of one kind, is a dictionary. */
const mostNamed = 20;
/** With more fields than this the rest are not told. */
export const mostFields = 200;

interface FieldPlace {
  readonly place: Place;
  /** How many of the objects have it. */
  count: number;
}

/** The fields of the objects at a place. */
export class Members {
  #objects = 0;
  #isOpen = false;
  readonly #fields = new Map<string, FieldPlace>();

  enter(): void {
    this.#objects++;
  }

  /** @returns where the value goes, or nothing if there are too many */
  field(name: string): Place | undefined {
    let field = this.#fields.get(name);
    if (field === undefined) {
      if (this.#fields.size >= mostFields) {
        this.#isOpen = true;
        return undefined;
      }
      field = { place: new Place(), count: 0 };
      this.#fields.set(name, field);
    }
    field.count++;
    return field.place;
  }

  /** There are more fields, which nobody looks at. */
  open(): void {
    this.#isOpen = true;
  }

  /** The values of all fields as those of one place, if the keys are data: many, and whoever has them has others. */
  get dictionary(): Place | undefined {
    const fields = [...this.#fields.values()];
    if (fields.length <= mostNamed) return undefined;
    const isRecord =
      this.#objects > 1 && fields.filter(({ count }) => count === this.#objects).length * 2 > fields.length;
    if (isRecord) return undefined;
    const kinds = new Set(fields.map(({ place }) => place.kinds));
    kinds.delete('');
    if (kinds.size !== 1) return undefined;
    const all = new Place();
    for (const { place } of fields) all.addAll(place);
    return all;
  }

  addAll(other: Members): void {
    this.#objects += other.#objects;
    this.#isOpen ||= other.#isOpen;
    for (const [name, { place, count }] of other.#fields) {
      const own = this.field(name);
      if (own === undefined) continue;
      own.addAll(place);
      this.#fields.get(name)!.count += count - 1;
    }
  }

  toShape(): ObjectShape {
    const fields: Field[] = [];
    for (const [name, { place, count }] of this.#fields)
      fields.push({ name, shape: place.toShape(), isOptional: count < this.#objects });
    return { fields, isOpen: this.#isOpen };
  }
}

interface Functions {
  parameters: number | undefined;
  isClass: boolean;
  members: Members | undefined;
}

/** A place in a value: an element of its arrays, a field of its objects. */
export class Place {
  /** How much of it was looked at. */
  spent = 0;
  #isUnknown = false;
  readonly #primitives = new Set<PrimitiveName>();
  readonly #classes = new Map<string, ClassName>();
  #elements: Place | undefined;
  #members: Members | undefined;
  #keys: Place | undefined;
  #values: Place | undefined;
  #items: Place | undefined;
  #functions: Functions | undefined;

  /** Something is here that is not described. */
  giveUp(): void {
    this.#isUnknown = true;
  }

  addPrimitive(name: PrimitiveName): void {
    this.#primitives.add(name);
  }

  addClass(name: string, isOwn: boolean): void {
    this.#classes.set(name, { name, isOwn });
  }

  addFunction(parameters: number | undefined, isClass: boolean): void {
    const known = this.#functions;
    if (known === undefined) this.#functions = { parameters, isClass, members: undefined };
    else {
      if (known.parameters !== parameters) known.parameters = undefined;
      known.isClass &&= isClass;
    }
  }

  /** What the function that was added has beside. */
  get statics(): Members {
    this.#functions!.members ??= new Members();
    return this.#functions!.members;
  }

  /** Of the arrays here. */
  get elements(): Place {
    this.#elements ??= new Place();
    return this.#elements;
  }

  /** Of the objects here. */
  get members(): Members {
    this.#members ??= new Members();
    return this.#members;
  }

  /** Of the Maps here. */
  get entries(): { readonly keys: Place; readonly values: Place } {
    this.#keys ??= new Place();
    this.#values ??= new Place();
    return { keys: this.#keys, values: this.#values };
  }

  /** Of the Sets here. */
  get items(): Place {
    this.#items ??= new Place();
    return this.#items;
  }

  /** Which kinds of values are here, as a text to compare. Null and undefined are of every kind. */
  get kinds(): string {
    const primitives = [...this.#primitives].filter((name) => name !== 'null' && name !== 'undefined');
    const kinds: readonly [string, unknown][] = [
      ['unknown', this.#isUnknown],
      ['array', this.#elements],
      ['object', this.#members],
      ['map', this.#keys],
      ['set', this.#items],
      ['function', this.#functions],
    ];
    const others = kinds.filter(([, isThere]) => isThere).map(([kind]) => kind);
    return [...primitives, ...this.#classes.keys(), ...others].sort().join(' ');
  }

  addAll(other: Place): void {
    this.#isUnknown ||= other.#isUnknown;
    for (const name of other.#primitives) this.#primitives.add(name);
    for (const [name, known] of other.#classes) this.#classes.set(name, known);
    if (other.#elements) this.elements.addAll(other.#elements);
    if (other.#members) this.members.addAll(other.#members);
    if (other.#keys) this.entries.keys.addAll(other.#keys);
    if (other.#values) this.entries.values.addAll(other.#values);
    if (other.#items) this.items.addAll(other.#items);
    if (other.#functions) {
      const { parameters, isClass, members } = other.#functions;
      this.addFunction(parameters, isClass);
      if (members) this.statics.addAll(members);
    }
  }

  toShape(): Shape {
    if (this.#isUnknown) return {};
    const shape: { -readonly [Part in keyof Shape]: Shape[Part] } = {};
    if (this.#primitives.size > 0) shape.primitives = [...this.#primitives];
    if (this.#classes.size > 0) shape.classes = [...this.#classes.values()];
    if (this.#elements) shape.elements = this.#elements.toShape();
    const values = this.#members?.dictionary;
    if (values) shape.values = values.toShape();
    else if (this.#members) shape.object = this.#members.toShape();
    if (this.#keys && this.#values) shape.map = [this.#keys.toShape(), this.#values.toShape()];
    if (this.#items) shape.set = this.#items.toShape();
    if (this.#functions) shape.functions = functionShape(this.#functions);
    return shape;
  }
}

const functionShape = ({ parameters, isClass, members }: Functions): FunctionShape => ({
  ...(parameters !== undefined && { parameters }),
  isClass,
  ...(members && { members: members.toShape() }),
});
