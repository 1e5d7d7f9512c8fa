// How a thread that answers sees what has arrived meanwhile: TypeScript computes for as long as it likes and reads nothing.
// Rule: whoever hands messages of the Language Server Protocol over counts them in shared memory first.

/** What messages count as, and where. */
export const counted = { messages: 0, edits: 1, cancellations: 2 } as const;
export type Counted = keyof typeof counted;

/** In bytes. */
const size = 12;

export const sharedCounts = (): SharedArrayBuffer => new SharedArrayBuffer(size);

/** As what a message counts. */
export function* kindsOf(message: object): Generator<Counted> {
  yield 'messages';
  const { id, method } = message as { readonly id?: unknown; readonly method?: unknown };
  if (typeof method !== 'string' || id !== undefined) return;
  if (method === '$/cancelRequest') yield 'cancellations';
  if (/^(?:notebookDocument|textDocument)\/did/.test(method)) yield 'edits';
}

/** Notes that a message is about to be handed over; for the thread that does so. */
export function announce(shared: SharedArrayBuffer, message: object): void {
  const counts = new Int32Array(shared);
  for (const kind of kindsOf(message)) Atomics.add(counts, counted[kind], 1);
}
