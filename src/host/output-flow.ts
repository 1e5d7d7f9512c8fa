// What cells show, on its way from their thread to the host: text in the ring, outputs on the port, what children and native code write.
// Rule: in the order in which it was made, and of what has no end no more at a time than those can keep who show it.
import type { CellId, Output } from '../api';
import type { ExecutionEvent, Run } from '../threads/execution-protocol';
import { RingReader } from '../threads/ring';
import { messageWeight, type SharedState } from '../threads/shared';
import { allowBytes, allowMessages } from './allowance';
import { FollowedFiles } from './followed-files';
import { ForeignOutput, type ForeignPipes } from './foreign-output';
import { HeldUpdates } from './held-updates';

/** How long printed text may gather before it is shown, in milliseconds. The first piece is shown at once. */
const gatherTime = 25;

export interface OutputEvents {
  output(cell: CellId, output: Output): void;
  /** See `EngineEvents`. */
  takeRead(patience: number): Promise<number>;
}

type EventOf<Kind extends ExecutionEvent['kind']> = Extract<ExecutionEvent, { kind: Kind }>;

export class OutputFlow {
  /** Of the worker that runs. */
  #reader: RingReader | undefined;
  #shared: SharedState | undefined;
  #latestCell: CellId = 0;
  /** Whether somebody watches what the latest cell shows, by way of a server that may drop some of it. */
  #isWatched = false;
  #gathering: NodeJS.Timeout | undefined;
  /** The turn of the event loop in which text was taken, until it is over, and whether there is more. */
  #turn: NodeJS.Immediate | undefined;
  #hasRung = false;
  #followed: FollowedFiles | undefined;
  #foreign: ForeignOutput | undefined;
  readonly #bytes = allowBytes();
  readonly #messages = allowMessages();
  /** Lets the worker send what comes after the latest output that it has to wait for. */
  #held: (() => void) | undefined;
  /** It is being asked what was read. */
  #isCounting = false;
  readonly #updates = new HeldUpdates((cell, update) => this.put(cell, update));

  /** @param pipes with output of the process that nobody of the cells' thread sends */
  constructor(
    readonly events: OutputEvents,
    readonly pipes: ForeignPipes = {},
  ) {}

  /** A worker runs cells from now on. */
  attach(ring: SharedArrayBuffer, shared: SharedState): void {
    this.#reader = new RingReader(ring, (cell, stream, text) =>
      this.put(cell, { kind: 'text', stream, text }),
    );
    this.#shared = shared;
  }

  /** The cell that was begun last: what nothing tells the cell of is taken for its output. */
  get latestCell(): CellId {
    return this.#latestCell;
  }

  /** A run begins. */
  begin({ cell, allowInput }: Run): void {
    this.#latestCell = cell;
    this.#isWatched = allowInput;
    // With the first cell: the pipes hold what comes before.
    this.#foreign ??= new ForeignOutput(this.pipes, (stream, text) =>
      this.put(this.#latestCell, { kind: 'text', stream, text }),
    );
  }

  /** Shows what was written past the cells' thread. */
  drainForeign(): void {
    this.#foreign?.drain();
  }

  /** Shows what the worker has put out before an event. */
  showBefore(event: ExecutionEvent): void {
    if (event.kind === 'done') this.#foreign?.drain();
    if ('position' in event) {
      this.#reader!.drainTo(event.position);
      this.#updates.flush();
    }
  }

  put(cell: CellId, output: Output): void {
    this.#messages.spend(1);
    this.events.output(cell, output);
  }

  take(event: EventOf<'output'>): void {
    this.put(event.cell, event.output);
    this.#makeRoom(event);
  }

  /** Of a display that changes often the latest content is shown. */
  hold({ cell, output, sent }: EventOf<'update'>): void {
    this.#updates.hold(cell, output);
    this.#shared!.noteArrival(sent);
  }

  follow({ cell, stdout, stderr }: EventOf<'follow'>): void {
    this.#followed = new FollowedFiles(stdout, stderr, (stream, text) =>
      this.put(cell, { kind: 'text', stream, text }),
    );
  }

  unfollow(): void {
    this.#followed?.close();
    this.#followed = undefined;
  }

  /** Shows the text in the ring now, then what gathers every 25 ms, until nothing comes any more. */
  gather(): void {
    const reader = this.#reader!;
    const look = () => {
      this.#foreign?.drain();
      const size = reader.drain();
      this.#bytes.spend(size);
      if (size > 0 || !reader.sleep()) this.#gathering = setTimeout(look, gatherTime);
      else this.#gathering = undefined;
    };
    // An endless printer rings all the time, since the ring is full. Once its allowance is spent, it has to wait.
    if (this.#gathering && this.#bytes.isSpent()) return;
    // It rings again while it is looked, and Node would take its messages and no others as long as there are some: once a turn.
    if (this.#turn) {
      this.#hasRung = true;
      return;
    }
    this.#turn = setImmediate(() => {
      this.#turn = undefined;
      if (this.#hasRung) this.gather();
    });
    this.#hasRung = false;
    clearTimeout(this.#gathering);
    look();
  }

  /**
   * Lets the worker send the next output: at once, or later when the cell has shown much already, or more outputs than a
   * server passes on to who watches.
   */
  #makeRoom({ output, weight, sent }: EventOf<'output'>): void {
    const shared = this.#shared!;
    this.#bytes.spend(weight - messageWeight);
    const delay = this.#roomDelay;
    if (delay === 0) return shared.noteArrival(sent);
    setTimeout(() => shared.noteArrival(sent), delay).unref();
    this.#held = () => shared.noteArrival(sent);
    if (output.kind === 'comm') void this.#countRead();
  }

  get #roomDelay(): number {
    return Math.max(this.#bytes.delay, this.#isWatched ? this.#messages.delay : 0);
  }

  /** A page keeps nothing of what comes over a comm, so it is a burden only until it is read. */
  async #countRead(): Promise<void> {
    if (this.#isCounting) return;
    this.#isCounting = true;
    for (let read = 1; read > 0 && this.#bytes.delay > 0; this.#bytes.restore(read))
      read = await this.events.takeRead(this.#bytes.delay).catch(() => 0);
    this.#isCounting = false;
    if (this.#roomDelay === 0) this.#held?.();
  }

  /** The worker is gone: shows its last words. */
  detach(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    clearImmediate(this.#turn);
    this.#turn = undefined;
    this.#foreign?.drain();
    this.#reader!.drainAll();
    this.#updates.flush();
    this.unfollow();
    this.#reader = undefined;
    this.#shared = undefined;
  }
}
