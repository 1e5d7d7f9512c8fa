// What a language server asks about live values, over its port and beside what its client says: the main thread answers, which alone can
// ask the thread of the cells. Rule: requests of JSON-RPC with a `LiveQuestion`; nothing waits for a cell that computes.
import type { CompletionItem } from '../api';

export const liveMethods = {
  /** What a value looks like, in a few lines of plain text; null where nobody can say. */
  value: 'tskernel/value',
  /** Its members; none where nobody can say. */
  members: 'tskernel/members',
} as const;

export interface LiveAnswers {
  readonly value: string | null;
  readonly members: readonly CompletionItem[];
}
