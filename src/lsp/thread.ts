// What the thread of the language server starts with.
/** Handed over at the start. */
export interface ThreadData {
  readonly directory: string;
  /** Nothing, `project`, or the path of a typescript package. */
  readonly typescript: string | undefined;
  readonly cache: string;
  readonly data: string;
  readonly version: string;
  /** Counts what arrives. */
  readonly arrived: SharedArrayBuffer;
}
