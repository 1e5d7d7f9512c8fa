// Shows what is written to the descriptors 1 and 2 of the process past the realm of the cells: by native code, by threads that
// a cell has started, through `/dev/stdout`. Nothing tells whose it is, so it is taken for the latest cell's.
// Rule: what was written before a cell's end is shown before it.
import { readSync } from 'node:fs';
import { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import type { StreamName } from '../api';

/** Pause between two looks at a pipe, in milliseconds: who prints for ever waits for it. */
const gatherTime = 25;
/** Of what a pipe holds. */
const pipeSize = 64 * 1024;

/** How many times `drain` reads a pipe that somebody keeps filling. */
const mostReads = 16;

/** The ends to read from, which must not block, by what is written to them. */
export type ForeignPipes = { readonly [stream in StreamName]?: number };

export class ForeignOutput {
  readonly #pipes: Pipe[] = [];

  /**
   * @param show gets the text
   */
  constructor(descriptors: ForeignPipes, show: (stream: StreamName, text: string) => void) {
    for (const stream of ['stdout', 'stderr'] as const) {
      const descriptor = descriptors[stream];
      if (descriptor !== undefined) this.#pipes.push(new Pipe(descriptor, (text) => show(stream, text)));
    }
  }

  /** Shows what is there now. */
  drain(): void {
    for (const pipe of this.#pipes) pipe.drain();
  }
}

class Pipe {
  readonly #decoder = new StringDecoder('utf8');
  readonly #buffer = Buffer.allocUnsafe(pipeSize);
  #text = '';
  #isDraining = false;
  /** Reads when there is something. */
  readonly #socket: Socket;

  constructor(
    readonly descriptor: number,
    readonly show: (text: string) => void,
  ) {
    this.#socket = new Socket({ fd: descriptor, readable: true, writable: false }).unref();
    this.#socket.on('data', (bytes: Buffer) => {
      this.#text += this.#decoder.write(bytes);
      if (this.#isDraining) return;
      this.#flush();
      this.#socket.pause();
      setTimeout(() => this.#socket.resume(), gatherTime).unref();
    });
  }

  drain(): void {
    this.#isDraining = true;
    // What the socket has read already, which goes to its listener, and then what is still in the pipe.
    while (this.#socket.readableLength > 0 && this.#socket.read() !== null);
    this.#isDraining = false;
    this.#read();
    this.#flush();
  }

  #read(): void {
    // That nothing more is there is an error, of which nobody reads the stack.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      for (let reads = 0; reads < mostReads; reads++) {
        const length = readSync(this.descriptor, this.#buffer);
        if (length === 0) break;
        this.#text += this.#decoder.write(this.#buffer.subarray(0, length));
      }
    } catch {
      // Nothing more is there.
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }

  #flush(): void {
    const text = this.#text;
    this.#text = '';
    if (text) this.show(text);
  }
}
