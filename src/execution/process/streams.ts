// process.stdout and process.stderr of the user's realm: what is written goes to the cell that wrote it.
// Rule: writing is synchronous, so that the order of everything a cell does is the order in which it did it.
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { StreamName } from '../../api';

const { nextTick } = process;

/** What a stream that has ended does not say again. */
const endEvents = ['finish', 'close', 'error'];

export type WriteText = (stream: StreamName, text: string) => void;

/**
 * Redirects the process's output streams.
 * @param asLatest does something as work of the latest cell
 */
export function installStreams(write: WriteText, asLatest: (work: () => void) => void): void {
  redirectStream('stdout', process.stdout, write, asLatest);
  redirectStream('stderr', process.stderr, write, asLatest);
}

/** Node itself looks up the stream objects of a worker, so they stay and only their way out changes. */
function redirectStream(
  stream: StreamName,
  writable: Writable,
  write: WriteText,
  asLatest: (work: () => void) => void,
): void {
  const decoder = new StringDecoder('utf8');
  let ends = 0;
  let isReporting = false;
  /** Listens around what the pipe listens with. */
  const reports = (source: Readable) => {
    source.prependListener('data', () => {
      isReporting = true;
    });
    source.on('data', () => {
      isReporting = false;
    });
  };

  /** Tells those who wait for the end, and forgets them as an ended stream does: it has an end for each. */
  const tellEnd = () => {
    const listeners = endEvents.map((event) => [event, writable.rawListeners(event)] as const);
    writable.emit('finish');
    for (const [event, told] of listeners)
      for (const listener of told) writable.removeListener(event, listener as () => void);
  };

  /** Whoever ends it is told that everything is out. Others go on printing: it is as usable as before. */
  const end = (...rest: unknown[]) => {
    ends++;
    const done = rest.findLast((each) => typeof each === 'function') as (() => void) | undefined;
    const [chunk, encoding] = rest;
    if (chunk !== undefined && chunk !== null && chunk !== done)
      writable.write(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
    while (writable.writableCorked > 0) writable.uncork();
    write(stream, decoder.end());
    nextTick(() => {
      done?.();
      tellEnd();
    });
    return writable;
  };

  Object.assign(writable, {
    _write(chunk: string | Buffer, encoding: BufferEncoding | 'buffer', done: () => void) {
      const text = textOf(chunk, encoding, decoder);
      if (isReporting) asLatest(() => write(stream, text));
      else write(stream, text);
      done();
    },
    _writev: null,
    end,
    destroy() {
      nextTick(() => writable.emit('close'));
      return writable;
    },
    fd: stream === 'stdout' ? 1 : 2,
    _isStdio: true,
  });

  // Who waits for its end, as pipeline does, is not to wait for a `close` after the `finish`.
  const { _writableState: state } = writable as unknown as { _writableState: object };
  Reflect.set(state, 'autoDestroy', false);
  // A pipeline that fails notes here that it has destroyed the stream.
  Object.defineProperty(writable, Symbol.for('nodejs.stream.destroyed'), { get: () => false, set() {} });

  writable.on('pipe', (source: Readable) => {
    if (isTestReporter(new Error().stack)) reports(source);
    // What others pipe into it goes on when somebody ends it.
    for (const event of ['finish', 'close']) {
      const own = writable.rawListeners(event).at(-1);
      if (own) writable.removeListener(event, own as () => void);
    }
    // `source.pipe(process.stdout)` does not end it, in Node either; a cell that waits for that would wait for ever.
    source.once('end', () => {
      const before = ends;
      nextTick(() => {
        if (ends === before) tellEnd();
      });
    });
  });
}

/** Whether the reporter of `node:test` begins to print. There is one for all tests of the process. */
function isTestReporter(stack: string | undefined): boolean {
  return /\bnode:internal\/test_runner\//.test(stack ?? '');
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
