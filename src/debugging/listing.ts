// What is in a value, as the protocol's variables: members, elements, entries, and what the language keeps inside.
// Rule: nothing of the cells runs but a getter that a person opened; a value with many elements costs no more than what is shown of
// it.
import type { Runtime } from 'node:inspector';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { isKey, withoutMarks } from '../compile/keys';
import type { Description } from '../threads/description';
import { handleOf, type Realm } from './realm';
import type { Part, References, Referent, Thing } from './references';
import type { Signatures } from './signatures';
import type { PrivateProperty, Target } from './target';
import { type Accessor, describePrimitive, type Found, memberPath, shownOf } from './values';

type Remote = Runtime.RemoteObject;
type Variable = DebugProtocol.Variable;
type Property = Runtime.PropertyDescriptor | PrivateProperty;

/** So many elements or members are shown at once; more in groups. */
const chunk = 100;
/** Of a value with more members only those are asked for that are shown, without what the language keeps inside. */
const manyMembers = 1000;

/** So many functions of one answer are looked up in their source. */
const mostSignatures = 50;

/** What the language keeps inside of a value, as far as it says something to a person. */
const internals = new Set([
  '[[BoundArgs]]',
  '[[BoundThis]]',
  '[[Entries]]',
  '[[GeneratorState]]',
  '[[Handler]]',
  '[[IsRevoked]]',
  '[[PrimitiveValue]]',
  '[[PromiseResult]]',
  '[[PromiseState]]',
  '[[Prototype]]',
  '[[Target]]',
  '[[TargetFunction]]',
  '[[Uint8Array]]',
  '[[WeakRefTarget]]',
]);
/** Every function has these. */
const ofFunctions = new Set(['arguments', 'caller', 'length', 'name', 'prototype']);

export const notInitialised = '<not initialised>';

export class Listing {
  readonly #target: Target;
  readonly #realm: Realm;
  readonly #references: References;
  readonly #signatures: Signatures;

  constructor(target: Target, realm: Realm, references: References, signatures: Signatures) {
    this.#signatures = signatures;
    this.#target = target;
    this.#realm = realm;
    this.#references = references;
  }

  async thing(value: Remote, path: string): Promise<Thing> {
    const [description] = await this.#realm.describe([value]);
    return thingOf(value, description!, path, undefined);
  }

  /** @param group what holds on to the values */
  async variables(found: readonly Found[], group: string, frame?: Thing['frame']): Promise<Variable[]> {
    const objects = found.flatMap(({ value }) => (value && !describePrimitive(value) ? [value] : []));
    const descriptions = await this.#realm.describe(objects);
    const completed = objects.map((object, index) => this.#complete(object, descriptions[index]!, index));
    const described = new Map((await Promise.all(completed)).map((each, index) => [objects[index]!, each]));
    return found.map((each) => this.#variable(each, described, group, frame));
  }

  async variable(found: Found, group: string, frame?: Thing['frame']): Promise<Variable> {
    const [variable] = await this.variables([found], group, frame);
    return variable!;
  }

  /**
   * What only the inspector says: what a promise has come to, and where a function was written.
   * @param index its place among the values of one answer
   */
  async #complete(value: Remote, description: Description, index: number): Promise<Description> {
    if (value.subtype === 'promise') return { ...description, text: await this.promiseText(value) };
    if (description.type !== 'function' || index >= mostSignatures) return description;
    return { ...description, text: await this.functionText(value, description.text) };
  }

  functionText(made: Remote, text: string): Promise<string> {
    return this.#signatures.complete(made, text);
  }

  async promiseText(promise: Remote): Promise<string> {
    const { state, result } = await this.promise(promise);
    const description = result && (describePrimitive(result) ?? (await this.#realm.describe([result]))[0]);
    const text = { pending: '<pending>', fulfilled: '', rejected: '<rejected> ' }[state];
    return `Promise { ${text}${description?.text ?? ''} }`;
  }

  /** @param promise of a promise */
  async promise(
    promise: Remote,
  ): Promise<{ readonly state: 'pending' | 'fulfilled' | 'rejected'; readonly result: Remote | undefined }> {
    const { internalProperties = [] } = await this.#target.call('Runtime.getProperties', {
      objectId: promise.objectId!,
      ownProperties: true,
    });
    const of = (name: string) => internalProperties.find((each) => each.name === name)?.value;
    const state = of('[[PromiseState]]')?.value as 'pending' | 'fulfilled' | 'rejected';
    return { state, result: state === 'pending' ? undefined : of('[[PromiseResult]]') };
  }

  #variable(
    { name, path, value, accessor, hint }: Found,
    described: ReadonlyMap<Remote, Description>,
    group: string,
    frame: Thing['frame'],
  ): Variable {
    const named = { name, evaluateName: path };
    if (accessor) return { ...named, ...this.#accessor(accessor, name, path, group, frame) };
    if (!value) return { ...named, value: notInitialised, variablesReference: 0 };
    const description = describePrimitive(value) ?? described.get(value)!;
    const variable = {
      ...named,
      ...shownOf(description),
      ...(hint && { presentationHint: hint }),
    };
    // One of these may stand for a text that is long.
    if (value.objectId === undefined || value.type === 'symbol' || description.type === 'string')
      return { ...variable, variablesReference: 0 };
    const thing = thingOf(value, description, path, frame);
    return {
      ...variable,
      variablesReference: this.#references.add({ kind: 'object', ...thing }, group),
      ...sizesOf(thing),
    };
  }

  /** It runs when it is opened; a front end that knows `lazy` shows the value in its place then. */
  #accessor(
    { get, set, receiver }: Accessor,
    name: string,
    path: string,
    group: string,
    frame: Thing['frame'],
  ): Omit<Variable, 'name'> {
    const value = get ? (set ? '[Getter/Setter]' : '[Getter]') : '[Setter]';
    if (!get) return { value, variablesReference: 0 };
    const referent: Referent = { kind: 'getter', name, path, receiver, getter: get.objectId!, frame };
    return {
      value,
      variablesReference: this.#references.add(referent, group),
      presentationHint: { lazy: true },
    };
  }

  /** The value of a getter. */
  async got({
    name,
    path,
    receiver,
    getter,
    frame,
  }: Extract<Referent, { kind: 'getter' }>): Promise<Variable[]> {
    const group = this.#references.group();
    const value = await this.#realm.get({ objectId: receiver }, { objectId: getter }, group);
    return this.variables([{ name, path, value }], group, frame);
  }

  /** What is in a value. Without a count, what is more than a hundred comes in groups. */
  async contents(
    thing: Thing,
    { filter, start, count }: Paging,
  ): Promise<readonly [Found[], Variable[], string]> {
    const group = this.#references.group();
    const isPaged = count !== undefined && count > 0;
    const hasMany = thing.elements > 0 || thing.members > manyMembers;
    const part: Part = thing.elements > 0 ? 'elements' : 'members';
    const total = thing[part];
    const found: Found[] = [];
    const ranges: Variable[] = [];
    const wantsMany = hasMany && (filter !== 'named' || part === 'members');
    if (wantsMany && isPaged) found.push(...(await this.#page(thing, part, start ?? 0, count, group)));
    else if (wantsMany && total <= chunk) found.push(...(await this.#page(thing, part, 0, total, group)));
    else if (wantsMany) ranges.push(...this.#ranges(thing, part, 0, total, group));
    if (thing.elements > 0 ? filter !== 'indexed' && !isPaged : !hasMany && filter !== 'indexed')
      found.push(...(await this.#members(thing, group)));
    return [found, ranges, group];
  }

  /** A part of what is in a value. */
  async range({
    of,
    part,
    start,
    count,
  }: Extract<Referent, { kind: 'range' }>): Promise<readonly [Found[], Variable[], string]> {
    const group = this.#references.group();
    if (count > chunk) return [[], this.#ranges(of, part, start, count, group), group];
    return [await this.#page(of, part, start, count, group), [], group];
  }

  #ranges(of: Thing, part: Part, start: number, total: number, group: string): Variable[] {
    let size = chunk;
    while (total / size > chunk) size *= chunk;
    const ranges: Variable[] = [];
    for (let at = start; at < start + total; at += size) {
      const count = Math.min(size, start + total - at);
      ranges.push({
        name: `[${at} … ${at + count - 1}]`,
        value: `${count} ${part}`,
        evaluateName: '',
        variablesReference: this.#references.add({ kind: 'range', of, part, start: at, count }, group),
      });
    }
    return ranges;
  }

  async #page(of: Thing, part: Part, start: number, count: number, group: string): Promise<Found[]> {
    const { objectId, path } = of;
    const page = await this.#realm.page({ objectId }, part, start, count, group);
    if (of.subtype === 'map' && part === 'elements') return this.#entries(page, of);
    if (of.subtype === 'set' && part === 'elements')
      return page.map(({ name, value }) => ({
        name,
        value,
        path: path && `[...${path}][${name}]`,
        key: Number(name),
      }));
    return page.filter(isOfPerson).map((property) => foundIn(property, of));
  }

  /** An entry is named by its key, one with an object as its key by its number. */
  async #entries(page: readonly Property[], { path }: Thing): Promise<Found[]> {
    const values = new Map(page.map(({ name, value }) => [name, value]));
    const numbers = page.flatMap(({ name }) => (name.endsWith('k') ? [Number(name.slice(0, -1))] : []));
    const keys = numbers.map((number) => values.get(`${number}k`)!);
    const names = await this.#realm.describe(keys);
    return numbers.map((number, index) => {
      const key = keys[index]!;
      const primitive = describePrimitive(key);
      const code = primitive && key.type !== 'symbol' ? codeOf(key) : undefined;
      return {
        name: primitive ? primitive.text : `${number}: ${names[index]!.text}`,
        value: values.get(`${number}v`),
        path: path && (code === undefined ? `[...${path}.values()][${number}]` : `${path}.get(${code})`),
        key: number,
      };
    });
  }

  async #members(of: Thing, group: string): Promise<Found[]> {
    const { objectId, subtype } = of;
    if (of.elements > 0) {
      const page = await this.#realm.page({ objectId }, 'members', 0, chunk, group);
      return page.filter(isOfPerson).map((property) => foundIn(property, of));
    }
    const {
      result,
      internalProperties = [],
      privateProperties = [],
    } = await this.#realm.membersIn(objectId, group);
    const own = result.filter((property) => isOfPerson(property) && !isUsual(property, of));
    const inherited = of.isInstance ? await this.#realm.inheritedAccessors({ objectId }, group) : [];
    const isPending = internalProperties.some(({ value }) => value?.value === 'pending');
    const kept = internalProperties.filter(
      ({ name, value }) =>
        value &&
        internals.has(name) &&
        (name !== '[[Prototype]]' || of.isInstance) &&
        (name !== '[[PromiseResult]]' || !isPending) &&
        subtype !== 'map' &&
        subtype !== 'set',
    );
    // What the kernel notes of a promise.
    const secrets = privateProperties.filter(({ name }) => subtype !== 'promise' || name !== '#origin');
    return [
      ...own.map((property) => foundIn(property, of)),
      ...secrets.map((property) => ({ ...foundIn(property, of), hint: { visibility: 'private' } as const })),
      ...inherited.map((property) => foundIn(property, of)),
      ...kept.map(({ name, value }) => ({ name, value, path: '', hint: { kind: 'virtual' } as const })),
    ];
  }
}

export type Paging = Pick<DebugProtocol.VariablesArguments, 'filter' | 'start' | 'count'>;

/** Not what the kernel keeps on the global object. */
const isOfPerson = ({ name }: Property): boolean => !isKey(name) && !name.startsWith('__tsk_');

/** What every value of its kind has. */
function isUsual({ name, enumerable }: Runtime.PropertyDescriptor, { type, subtype }: Thing): boolean {
  if (subtype === 'array') return name === 'length';
  if (enumerable || !ofFunctions.has(name)) return false;
  return type === 'function' || (type === 'class' && name !== 'prototype');
}

function foundIn(property: Property, { path, objectId }: Thing): Found {
  const { name, value, get, set } = property;
  const symbol = 'symbol' in property ? property.symbol : undefined;
  const getter = get && get.type !== 'undefined' ? get : undefined;
  const setter = set && set.type !== 'undefined' ? set : undefined;
  return {
    name: withoutMarks(name),
    path: symbol ? '' : memberPath(path, name),
    value,
    ...((getter || setter) && { accessor: { get: getter, set: setter, receiver: objectId } }),
  };
}

function thingOf(
  { objectId, subtype, type, className }: Remote,
  { elements = 0, members = 0, type: known }: Description,
  path: string,
  frame: Thing['frame'],
): Thing {
  const isInstance = type === 'object' && subtype === undefined && className !== 'Object';
  return { objectId: objectId!, path, subtype, type: known, isInstance, elements, members, frame };
}

function sizesOf({ elements, members }: Thing): Pick<Variable, 'indexedVariables' | 'namedVariables'> {
  return {
    ...(elements > 0 && { indexedVariables: elements }),
    ...(elements === 0 && members > chunk && { namedVariables: members }),
  };
}

/** A primitive as code says it. */
const codeOf = (remote: Remote): string => {
  const handle = handleOf(remote);
  return (
    handle.unserializableValue ?? (handle.value === undefined ? 'undefined' : JSON.stringify(handle.value))
  );
};
