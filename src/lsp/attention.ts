// What the current work gives way to: an edit makes older requests void, a cancellation is looked at, and for any message the checks in
// the background make room. Rule: what goes before every request here is done first, and the request after it.
import { Message, PortMessageReader } from 'vscode-jsonrpc/node';
import { type Counted, counted, kindsOf } from '../threads/arrivals';
import { problemIn } from './parameters';

/** What the current work gives way to. */
type Work = 'request' | 'background';

type Others = { readonly [Kind in Work]: () => boolean };

export class Attention {
  readonly #arrived: Int32Array;
  readonly #seen: Int32Array;
  readonly #others: Others;
  #work: Work = 'request';

  /**
   * @param shared what has arrived
   * @param others whether something waits on this thread that goes before such work
   */
  constructor(shared: SharedArrayBuffer, others: Others = { request: () => false, background: () => false }) {
    this.#arrived = new Int32Array(shared);
    this.#seen = new Int32Array(this.#arrived.length);
    this.#others = others;
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
    this.waitsForOthers ||
    (this.#work === 'background'
      ? this.#isBehind('messages')
      : this.#isBehind('edits') || this.#isBehind('cancellations'));

  /** Whether the current work has to wait for something else on this thread. */
  get waitsForOthers(): boolean {
    return this.#others[this.#work]();
  }

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

const isMalformedCancellation = (message: Message): boolean =>
  Message.isNotification(message) &&
  message.method === '$/cancelRequest' &&
  problemIn(message.method, message.params) !== undefined;

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
      // The library takes these before anybody can look at them.
      if (isMalformedCancellation(message)) return;
      callback(message);
    });
  }
}
