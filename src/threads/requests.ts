// What every worker and the main thread say to each other: requests and their answers, `ready`, the saving of caches.
// Rule: a worker's questions are a table `{ kind: { asks, answers } }`, so that the types tie each answer to its request;
// every request gets one answer or one failure.
import type { LoadedScript } from '../system/scripts';

/** What a worker can be asked, by kind. */
export type QuestionTable = { readonly [kind: string]: { readonly asks: object; readonly answers: unknown } };

/** What passes over the port for a question of this kind; for one of any kind when none is named. */
export type Request<Table extends QuestionTable, Kind extends keyof Table = keyof Table> = {
  [K in Kind]: { readonly kind: K; readonly id: number } & Table[K]['asks'];
}[Kind];

export type Reply =
  | { readonly kind: 'answered'; readonly id: number; readonly answer: unknown }
  /** The worker threw; the message says what, with its stack. */
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

/** The answer to a request, of the type that the table has for it. */
export function answerTo<Table extends QuestionTable>() {
  return <Kind extends keyof Table>(
    request: { readonly kind: Kind; readonly id: number },
    answer: Table[Kind]['answers'],
  ): Reply => ({ kind: 'answered', id: request.id, answer });
}

/** The worker has loaded; requests that were sent before are answered now. */
export interface Ready {
  readonly kind: 'ready';
  /** The build that its script is of. */
  readonly build: string;
}

/** Answered by threads/start.ts for the workers: write what makes the next start fast, once nothing is under way. */
export type CacheQuestions = {
  readonly saveCache: { readonly asks: object; readonly answers: undefined };
};

/** What the start of a worker is told, besides what its script is told. */
export interface StartData {
  /** The worker's script, a file beside that of the start. */
  readonly script: string;
  /** The user's directory for our caches. */
  readonly cache: string;
}

/** What a worker's script exports for the start. */
export interface WorkerScript {
  /**
   * Calls back once the worker has nothing to do, with the other scripts whose caches are worth writing. A script without
   * it has none, and its cache may be written at any time.
   */
  whenQuiet?(save: (others: readonly LoadedScript[]) => void): void;
}
