// The descriptors 0, 1 and 2 of the process, as a cell may use them by number or name (`/dev/stdout`).
// Rule: what a cell writes to 1 and 2 is its output, in order with everything else it prints; none of the three can be closed.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { StringDecoder } from 'node:string_decoder';
import timers from 'node:timers';
import type { WriteText } from './streams';

type Function = (...rest: unknown[]) => unknown;

const names: { readonly [path: string]: 1 | 2 } = {
  '/dev/stdout': 1,
  '/dev/stderr': 2,
  '/dev/fd/1': 1,
  '/dev/fd/2': 2,
  '/proc/self/fd/1': 1,
  '/proc/self/fd/2': 2,
};

/** Descriptors that cells have opened by one of these names. */
const opened = new Map<number, 1 | 2>();

/** Which of the two a file is that somebody writes to. */
function outputOf(file: unknown): 1 | 2 | undefined {
  if (typeof file === 'number') return file === 1 || file === 2 ? file : opened.get(file);
  return namedOutput(file);
}

function namedOutput(file: unknown): 1 | 2 | undefined {
  const path =
    file instanceof URL
      ? file.pathname
      : ArrayBuffer.isView(file)
        ? Buffer.from(file as Buffer).toString()
        : file;
  return typeof path === 'string' && Object.hasOwn(names, path) ? names[path] : undefined;
}

/** Puts the cell's output in the place of the descriptors, for what the functions of node:fs do to them. */
export function installDescriptors(write: WriteText): void {
  const { setImmediate } = timers;
  const decoders = { 1: new StringDecoder('utf8'), 2: new StringDecoder('utf8') };

  /** @returns the number of bytes, undefined for what is no data: Node finds the words for that */
  function put(output: 1 | 2, data: unknown, encoding?: unknown): number | undefined {
    let bytes: Buffer;
    if (ArrayBuffer.isView(data)) bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    else if (typeof data !== 'string') return undefined;
    else bytes = Buffer.from(data, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
    write(output === 1 ? 'stdout' : 'stderr', decoders[output].write(bytes));
    return bytes.length;
  }

  /** `write(file, text, position?, encoding?)`, `write(file, bytes, offset?, length?, position?)` or `(file, bytes, options?)` */
  function putPart(output: 1 | 2, data: unknown, rest: readonly unknown[]): number | undefined {
    if (!ArrayBuffer.isView(data)) return put(output, data, rest[1]);
    const [first, second] = rest;
    const part = (
      typeof first === 'object' && first !== null ? first : { offset: first, length: second }
    ) as {
      offset?: unknown;
      length?: unknown;
    };
    const offset = typeof part.offset === 'number' ? part.offset : 0;
    const length = typeof part.length === 'number' ? part.length : data.byteLength - offset;
    return put(output, Buffer.from(data.buffer, data.byteOffset + offset, length));
  }

  function putAll(output: 1 | 2, pieces: unknown): number | undefined {
    if (!Array.isArray(pieces) || !pieces.every((piece) => ArrayBuffer.isView(piece))) return undefined;
    return pieces.reduce((sum: number, piece) => sum + (put(output, piece) ?? 0), 0);
  }

  function putFile(output: 1 | 2, data: unknown, options: unknown): number | undefined {
    const { encoding } =
      typeof options === 'object' && options !== null ? (options as never) : { encoding: options };
    return put(output, data, encoding);
  }

  type Put = (output: 1 | 2, data: unknown, rest: readonly unknown[]) => number | undefined;

  /** Takes what is for an output, and leaves the rest to Node. `result` is what the function gives for a number of bytes. */
  function divert(
    name: string,
    target: typeof outputOf,
    take: Put,
    result: (length: number, data: unknown) => unknown[],
  ) {
    replace(`${name}Sync`, (original) => (file, data, ...rest) => {
      const output = target(file);
      const length = output && take(output, data, rest);
      return length === undefined
        ? Reflect.apply(original, fs, [file, data, ...rest])
        : result(length, data)[0];
    });
    replace(name, (original) => (file, data, ...rest) => {
      const output = target(file);
      const done = rest.at(-1);
      const length = typeof done === 'function' && output ? take(output, data, rest) : undefined;
      if (length === undefined) return Reflect.apply(original, fs, [file, data, ...rest]);
      setImmediate(() => (done as Function)(null, ...result(length, data)));
      return undefined;
    });
  }

  function replace(name: string, make: (original: Function) => Function): void {
    const original = Reflect.get(fs, name) as Function;
    const replacement = make(original);
    // Its name, and how promisify treats it.
    Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original));
    Reflect.set(fs, name, replacement);
  }

  const byNumber = (file: unknown) => (typeof file === 'number' ? outputOf(file) : undefined);
  divert('write', byNumber, putPart, (length, data) => [length, data]);
  divert('writev', byNumber, putAll, (length, data) => [length, data]);
  for (const name of ['writeFile', 'appendFile'])
    divert(
      name,
      outputOf,
      (output, data, [options]) => putFile(output, data, options),
      () => [],
    );

  // What is opened by name is written to by number.
  replace('openSync', (original) => (file, ...rest) => {
    const descriptor = Reflect.apply(original, fs, [file, ...rest]) as number;
    const output = namedOutput(file);
    if (output) opened.set(descriptor, output);
    return descriptor;
  });
  replace('open', (original) => (file, ...rest) => {
    const output = namedOutput(file);
    const done = rest.at(-1);
    if (output && typeof done === 'function')
      rest[rest.length - 1] = (error: unknown, descriptor: number) => {
        if (!error) opened.set(descriptor, output);
        Reflect.apply(done, undefined, [error, descriptor]);
      };
    return Reflect.apply(original, fs, [file, ...rest]);
  });
  /** Takes what a method that gives a promise is to write. @param target which output that is, and what comes before the data */
  function divertPromised(
    owner: object,
    name: string,
    target: (given: readonly unknown[]) => { output: 1 | 2 | undefined; at: number },
    take: Put,
    result: (length: number, data: unknown) => unknown,
  ): void {
    const original = Reflect.get(owner, name) as Function;
    const promised = async (...given: unknown[]) => {
      const { output, at } = target(given);
      const data = given[at];
      const length = output && take(output, data, given.slice(at + 1));
      return length === undefined ? Reflect.apply(original, owner, given) : result(length, data);
    };
    Object.defineProperty(promised, 'name', { value: name });
    Reflect.set(owner, name, promised);
  }
  const putWhole: Put = (output, data, [options]) => putFile(output, data, options);
  const byName = ([file]: readonly unknown[]) => ({ output: namedOutput(file), at: 1 });
  for (const name of ['writeFile', 'appendFile'])
    divertPromised(fs.promises, name, byName, putWhole, () => undefined);
  const { open } = fs.promises;
  fs.promises.open = async (file, ...rest) => {
    const handle = await open(file, ...rest);
    const output = namedOutput(file);
    const own = () => ({ output, at: 0 });
    if (output) {
      divertPromised(handle, 'write', own, putPart, (bytesWritten, buffer) => ({ bytesWritten, buffer }));
      divertPromised(handle, 'writev', own, putAll, (bytesWritten, buffers) => ({ bytesWritten, buffers }));
      for (const name of ['writeFile', 'appendFile'])
        divertPromised(handle, name, own, putWhole, () => undefined);
    }
    return handle;
  };

  const isStandard = (file: unknown) => file === 0 || file === 1 || file === 2;
  replace('closeSync', (original) => (file) => {
    // The number would go to the next file or connection of the process, and cells would print into that.
    if (isStandard(file)) return;
    opened.delete(file as number);
    Reflect.apply(original, fs, [file]);
  });
  replace('close', (original) => (file, ...rest) => {
    if (!isStandard(file)) {
      opened.delete(file as number);
      return Reflect.apply(original, fs, [file, ...rest]);
    }
    const [done] = rest;
    if (typeof done === 'function') setImmediate(() => (done as Function)(null));
    return undefined;
  });
  syncBuiltinESMExports();
}
