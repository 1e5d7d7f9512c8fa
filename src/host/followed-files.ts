// Shows what a child process writes while it blocks the execution worker: the main thread follows its output files.
// Rule: the files are closed here, whatever was read of them.
import { closeSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { StreamName } from '../api';

/** How often the output of a child process that blocks the worker is looked at, in milliseconds. */
const followInterval = 50;

/** Files that a child process writes to while it blocks the worker. */
export class FollowedFiles {
  readonly #files: {
    readonly stream: StreamName;
    readonly descriptor: number;
    readonly decoder: StringDecoder;
    position: number;
  }[];
  readonly #timer: NodeJS.Timeout;
  readonly #chunk = Buffer.allocUnsafe(64 * 1024);

  constructor(
    stdout: number,
    stderr: number,
    readonly show: (stream: StreamName, text: string) => void,
  ) {
    this.#files = [
      { stream: 'stdout', descriptor: stdout, decoder: new StringDecoder('utf8'), position: 0 },
      { stream: 'stderr', descriptor: stderr, decoder: new StringDecoder('utf8'), position: 0 },
    ];
    this.#timer = setInterval(() => this.#read(), followInterval);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#read();
    for (const { descriptor } of this.#files) closeSync(descriptor);
  }

  #read(): void {
    for (const file of this.#files) {
      for (;;) {
        const length = readSync(file.descriptor, this.#chunk, 0, this.#chunk.length, file.position);
        if (length === 0) break;
        file.position += length;
        const text = file.decoder.write(this.#chunk.subarray(0, length));
        if (text) this.show(file.stream, text);
      }
    }
  }
}
