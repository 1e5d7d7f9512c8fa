// Shapes of values as TypeScript writes types.
// Rule: never narrower than the next value of its kind will be: no literals, what holds nothing may hold anything, and null alone
// says nothing.
import type { ClassName, FunctionShape, ObjectShape, Shape } from '../../threads/shape';

/** What is wider than this is written on several lines. */
const width = 80;
/** With more fields than this in one type, the rest is any. */
const mostFields = 1000;

/** Global classes with parameters that a type has to name. */
const generic: { readonly [name: string]: string } = {
  Promise: 'Promise<any>',
  WeakMap: 'WeakMap<any, any>',
  WeakRef: 'WeakRef<any>',
  WeakSet: 'WeakSet<any>',
};

export class TypeWriter {
  readonly #nameClass: (name: ClassName) => string;
  #fieldsLeft = mostFields;

  /** @param nameClass how a class is called where the type stands */
  constructor(nameClass: (name: ClassName) => string = ({ name }) => name) {
    this.#nameClass = nameClass;
  }

  /** @param indent of the line on which it begins */
  write(shape: Shape | undefined, indent = ''): string {
    return this.#write(shape, indent);
  }

  /** What follows the name of an interface. */
  writeBody(object: ObjectShape): string {
    return bodyOf(this.#fields(object, '  '), '');
  }

  #write(shape: Shape | undefined, indent: string, isOptional = false): string {
    return joinKinds(this.#kinds(shape, indent, isOptional));
  }

  /** What may be there, each once. */
  #kinds(shape: Shape | undefined, indent: string, isOptional: boolean): string[] {
    if (!shape) return ['any'];
    const kinds = new Set(this.#parts(shape, indent));
    if (kinds.size === 0 || kinds.has('any')) return ['any'];
    if (shape.primitives?.includes('null')) kinds.add('null');
    if (shape.primitives?.includes('undefined') && !isOptional) kinds.add('undefined');
    return [...kinds];
  }

  *#parts(shape: Shape, indent: string): Generator<string> {
    const { primitives = [], elements, object, values, map, set, classes = [], functions } = shape;
    for (const name of ['string', 'number', 'boolean', 'bigint', 'symbol'] as const)
      if (primitives.includes(name)) yield name;
    for (const name of classes)
      yield name.isOwn ? this.#nameClass(name) : (generic[name.name] ?? this.#nameClass(name));
    if (object) yield this.#object(object, indent);
    if (values) yield `Record<string, ${this.write(values, indent)}>`;
    if (elements) yield this.#array(elements, indent);
    if (map) yield `Map<${this.write(map[0], indent)}, ${this.write(map[1], indent)}>`;
    if (set) yield `Set<${this.write(set, indent)}>`;
    if (functions) yield this.#function(functions, indent);
  }

  #array(elements: Shape, indent: string): string {
    const kinds = this.#kinds(elements, indent, false);
    const element = joinKinds(kinds);
    return kinds.length > 1 || isArrow(element) ? `(${element})[]` : `${element}[]`;
  }

  #object(object: ObjectShape, indent: string): string {
    const { fields } = object;
    if (fields.length === 0) return 'Record<string, any>';
    if (fields.length > this.#fieldsLeft) return 'any';
    const texts = this.#fields(object, `${indent}  `);
    const flat = `{ ${texts.join('; ')} }`;
    return flat.includes('\n') || indent.length + flat.length > width ? bodyOf(texts, indent) : flat;
  }

  #fields({ fields, isOpen }: ObjectShape, indent: string): string[] {
    this.#fieldsLeft -= fields.length;
    const texts = fields.map(
      ({ name, shape, isOptional }) =>
        `${writeKey(name)}${isOptional ? '?' : ''}: ${this.#write(shape, indent, isOptional)}`,
    );
    return isOpen ? [...texts, '[name: string]: any'] : texts;
  }

  #function({ parameters, isClass, members }: FunctionShape, indent: string): string {
    const names = Array.from({ length: parameters ?? 0 }, (_, index) => `a${index + 1}: any`);
    const inBrackets = names.length > 0 && !isClass ? names.join(', ') : '...all: any[]';
    if (!isClass && !members) return `(${inBrackets}) => any`;
    const signature = isClass ? `new (${inBrackets}): any` : `(${inBrackets}): any`;
    return `{ ${[signature, ...(members ? this.#fields(members, indent) : [])].join('; ')} }`;
  }
}

const bodyOf = (fields: readonly string[], indent: string): string =>
  `{\n${fields.map((field) => `${indent}  ${field};\n`).join('')}${indent}}`;

const joinKinds = (kinds: readonly string[]): string =>
  kinds.map((kind) => (kinds.length > 1 && isArrow(kind) ? `(${kind})` : kind)).join(' | ');

/** A function type, which ends nowhere. */
const isArrow = (text: string) => text.startsWith('(') && text.includes('=>');

export const writeKey = (name: string): string =>
  /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name);
