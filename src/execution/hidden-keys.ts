// What code sees of the keys of names: nothing. The text of a function is its source, and what lists the properties of the global
// object leaves keys out. Rule: what is called is Node's own function, with the names of that.
import { isKey, withoutCalls, withoutMarks } from '../compile/keys';
import { withIntrinsics } from '../realm/intrinsics';

const { defineProperty, getOwnPropertyDescriptor } = Object;
const { apply } = Reflect;
const realm = globalThis;

/**
 * Makes the text of a function its source: a function may be sent elsewhere as text (to another thread, to a page), where
 * nobody knows the keys.
 */
export function hideMarks(): void {
  const native = Function.prototype.toString;
  const natives = hideKeys();
  const sourceOf = new Proxy(native, {
    apply(_, declared: unknown, values: unknown[]) {
      const text = apply(native, nativeOf(declared), values) as string;
      return withoutMarks(withoutCalls(text));
    },
  });
  natives[natives.length] = [sourceOf, native];
  const nativeOf = (declared: unknown): unknown => {
    for (let at = 0; at < natives.length; at++) if (natives[at]![0] === declared) return natives[at]![1];
    return declared;
  };
  defineProperty(Function.prototype, 'toString', { value: sourceOf });
}

/**
 * Makes what lists the properties of the global object leave out the keys, which cannot be enumerated anyway.
 * @returns pairs of a function and the native one that it stands for
 */
function hideKeys(): [stand: unknown, native: unknown][] {
  const { getOwnPropertyNames, getOwnPropertyDescriptors } = Object;
  const { ownKeys } = Reflect;
  const keep = <T extends string | symbol>(names: T[]): T[] =>
    withIntrinsics(() => names.filter((name) => typeof name === 'symbol' || !isKey(name)));
  // Methods, which like natives cannot be constructed.
  const stands = {
    getOwnPropertyNames(target: object) {
      const names = getOwnPropertyNames(target);
      return target === realm ? keep(names) : names;
    },
    getOwnPropertyDescriptors(target: object) {
      const found: { [name: string]: PropertyDescriptor } = getOwnPropertyDescriptors(target);
      if (target === realm)
        for (const name of getOwnPropertyNames(found)) if (isKey(name)) delete found[name];
      return found;
    },
    ownKeys(target: object) {
      const names = ownKeys(target);
      return target === realm ? keep(names) : names;
    },
  };
  const owners = { getOwnPropertyNames: Object, getOwnPropertyDescriptors: Object, ownKeys: Reflect };
  return Object.entries(stands).map(([name, stand]) => {
    const owner = owners[name as keyof typeof owners];
    const native: unknown = getOwnPropertyDescriptor(owner, name)!.value;
    defineProperty(owner, name, { value: stand });
    return [stand, native];
  });
}
