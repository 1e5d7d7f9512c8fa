// Widget state as it travels: other widgets by name, bytes beside the JSON.
// Rule: packing leaves the state as it is; unpacking may fill in what it was given.

import { viewBytes } from '../comms/comms';
import type { tskernel } from '../globals/widgets';
import { isArray, isPlainObject } from '../realm/builtins';

export type BufferPath = (string | number)[];

export interface Packed {
  readonly state: Record<string, unknown>;
  /** The n-th path tells where the n-th buffer belongs. */
  readonly bufferPaths: BufferPath[];
  readonly buffers: Uint8Array[];
}

const reference = 'IPY_MODEL_';

export function isBytes(value: unknown): value is tskernel.Bytes {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

/**
 * @param nameOf the id of a value that is a widget, else undefined
 */
export function pack(state: object, nameOf: (value: object) => string | undefined): Packed {
  const bufferPaths: BufferPath[] = [];
  const buffers: Uint8Array[] = [];
  const takeOut = (value: unknown, path: BufferPath): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const name = nameOf(value);
    if (name !== undefined) return reference + name;
    if (isBytes(value)) {
      bufferPaths.push(path);
      buffers.push(viewBytes(value));
      return undefined;
    }
    // In a list the place stays, as null; in an object the entry goes.
    if (isArray(value)) return value.map((item, index) => takeOut(item, [...path, index]) ?? null);
    if (!isPlainObject(value)) return value;
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const part = takeOut(value[key], [...path, key]);
      if (part !== undefined) copy[key] = part;
    }
    return copy;
  };
  return { state: takeOut(state, []) as Record<string, unknown>, bufferPaths, buffers };
}

/**
 * @param find the widget of an id, else undefined: then the reference stays as it is
 */
export function unpack(
  state: object,
  bufferPaths: readonly BufferPath[],
  buffers: readonly Uint8Array[],
  find: (id: string) => object | undefined,
): Record<string, unknown> {
  for (let index = 0; index < bufferPaths.length; index++)
    putBack(state, bufferPaths[index]!, buffers[index]);
  const resolve = (value: unknown): unknown => {
    if (typeof value === 'string') {
      return value.startsWith(reference) ? (find(value.slice(reference.length)) ?? value) : value;
    }
    if (isArray(value)) return value.map(resolve);
    if (!isPlainObject(value)) return value;
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(value)) copy[key] = resolve(value[key]);
    return copy;
  };
  return resolve(state) as Record<string, unknown>;
}

function putBack(state: object, path: BufferPath, buffer: Uint8Array | undefined): void {
  let place = state as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) {
    if (typeof place[step] !== 'object' || place[step] === null || !Object.hasOwn(place, step)) return;
    place = place[step] as Record<string | number, unknown>;
  }
  const last = path.at(-1);
  if (last !== undefined)
    Object.defineProperty(place, last, {
      value: buffer,
      writable: true,
      enumerable: true,
      configurable: true,
    });
}
