// process.stdout and process.stderr of the user's realm: what is written goes to the cell that wrote it.
// Rule: writing is synchronous, so that the order of everything a cell does is the order in which it did it.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { StreamName } from '../../api';

export type WriteText = (stream: StreamName, text: string) => void;

/** Redirects the process's output streams, and writes to the descriptors 1 and 2. */
export function installStreams(write: WriteText): void {
  redirectStream('stdout', process.stdout, write);
  redirectStream('stderr', process.stderr, write);
  redirectDescriptors(write);
}

/** Node itself looks up the stream objects of a worker, so they stay and only their way out changes. */
function redirectStream(stream: StreamName, writable: Writable, write: WriteText): void {
  const decoder = new StringDecoder('utf8');
  Object.assign(writable, {
    _write(chunk: string | Buffer, encoding: BufferEncoding | 'buffer', done: () => void) {
      write(stream, textOf(chunk, encoding, decoder));
      done();
    },
    _writev: null,
    // It never ends: other cells go on printing.
    end() {
      return writable;
    },
    destroy() {
      return writable;
    },
    fd: stream === 'stdout' ? 1 : 2,
    _isStdio: true,
  });
}

function textOf(
  chunk: string | Uint8Array,
  encoding: BufferEncoding | 'buffer',
  decoder: StringDecoder,
): string {
  if (typeof chunk !== 'string')
    return decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  if (encoding === 'utf8' || (encoding as string) === 'utf-8' || encoding === 'buffer') return chunk;
  return decoder.write(Buffer.from(chunk, encoding));
}

/** Loggers that write to descriptor 1 or 2 themselves reach the cell as well. */
function redirectDescriptors(write: WriteText): void {
  const decoders = { 1: new StringDecoder('utf8'), 2: new StringDecoder('utf8') };
  const { writeSync, write: writeLater } = fs;
  /** Writes and returns the number of bytes, or undefined when the descriptor is not ours. */
  function take(descriptor: unknown, data: unknown, rest: readonly unknown[]): number | undefined {
    if (descriptor !== 1 && descriptor !== 2) return undefined;
    const stream = descriptor === 1 ? 'stdout' : 'stderr';
    if (typeof data === 'string') {
      write(stream, data);
      return Buffer.byteLength(data);
    }
    if (!ArrayBuffer.isView(data)) return undefined;
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const options =
      typeof rest[0] === 'object' && rest[0] !== null
        ? (rest[0] as { offset?: number; length?: number })
        : undefined;
    const offset = options?.offset ?? (typeof rest[0] === 'number' ? rest[0] : 0);
    const length = options?.length ?? (typeof rest[1] === 'number' ? rest[1] : bytes.length - offset);
    write(stream, decoders[descriptor].write(bytes.subarray(offset, offset + length)));
    return length;
  }
  fs.writeSync = ((descriptor: number, data: never, ...rest: never[]) =>
    take(descriptor, data, rest) ??
    Reflect.apply(writeSync, fs, [descriptor, data, ...rest])) as typeof fs.writeSync;
  const patched = (descriptor: number, data: never, ...rest: unknown[]) => {
    const length = take(descriptor, data, rest);
    if (length === undefined) return Reflect.apply(writeLater, fs, [descriptor, data, ...rest]) as unknown;
    const done = rest.at(-1);
    if (typeof done === 'function') setImmediate(() => done(null, length, data) as unknown);
    return undefined;
  };
  fs.write = Object.assign(patched, writeLater) as unknown as typeof fs.write;
  syncBuiltinESMExports();
}
