// How the thread that answers sees what has arrived meanwhile: TypeScript computes for as long as it likes and reads nothing.
// Rule: whoever hands messages over counts them in shared memory first. An edit makes older requests void, a cancellation is looked
// at, and for any message the checks in the background make room.
import { Message, PortMessageReader } from 'vscode-jsonrpc/node';

const counted = { messages: 0, edits: 1, cancellations: 2 } as const;
type Counted = keyof typeof counted;

const bytes = 12;

export const sharedCounts = (): SharedArrayBuffer => new SharedArrayBuffer(bytes);

/** As what a message counts. */
function* kindsOf(message: Message): Generator<Counted> {
  yield 'messages';
  if (!Message.isNotification(message)) return;
  if (message.method === '$/cancelRequest') yield 'cancellations';
  if (/^(?:notebookDocument|textDocument)\/did/.test(message.method)) yield 'edits';
}

/** Notes that a message is about to be handed over; for the thread that does so. */
export function announce(shared: SharedArrayBuffer, message: Message): void {
  const counts = new Int32Array(shared);
  for (const kind of kindsOf(message)) Atomics.add(counts, counted[kind], 1);
}

/** What the current work gives way to. */
type Work = 'request' | 'background';

export class Attention {
  readonly #arrived: Int32Array;
  readonly #seen = new Int32Array(bytes / 4);
  #work: Work = 'request';

  constructor(shared: SharedArrayBuffer) {
    this.#arrived = new Int32Array(shared);
  }

  /** A message came out of the port. */
  read(message: Message): void {
    for (const kind of kindsOf(message)) if (kind !== 'edits') this.#seen[counted[kind]]!++;
  }

  /** It is carried out. */
  handle(message: Message): void {
    for (const kind of kindsOf(message)) if (kind === 'edits') this.#seen[counted.edits]!++;
  }

  get hasNewerEdit(): boolean {
    return this.#isBehind('edits');
  }

  /** How many edits have been carried out. */
  get edits(): number {
    return this.#seen[counted.edits]!;
  }

  /** For TypeScript, which asks again and again. */
  readonly isCancelled = (): boolean =>
    this.#work === 'background'
      ? this.#isBehind('messages')
      : this.#isBehind('edits') || this.#isBehind('cancellations');

  do<Result>(work: Work, carryOut: () => Result): Result {
    const before = this.#work;
    this.#work = work;
    try {
      return carryOut();
    } finally {
      this.#work = before;
    }
  }

  #isBehind(kind: Counted): boolean {
    return Atomics.load(this.#arrived, counted[kind]) > this.#seen[counted[kind]]!;
  }
}

/** Reads what another thread hands over. */
export class AttentiveReader extends PortMessageReader {
  constructor(
    port: ConstructorParameters<typeof PortMessageReader>[0],
    readonly attention: Attention,
  ) {
    super(port);
  }

  override listen(callback: Parameters<PortMessageReader['listen']>[0]) {
    return super.listen((message) => {
      this.attention.read(message);
      callback(message);
    });
  }
}
