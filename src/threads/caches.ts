// What the start of a worker is told, besides what its script is told.

export interface StartData {
  /** The worker's script, a file beside this one. */
  readonly script: string;
}

/** Nobody waits for the worker: it may write what makes the next start fast. */
export interface CacheRequest {
  readonly kind: 'saveCache';
}

export interface CacheReply {
  readonly kind: 'cacheSaved';
}
