// Two-way channels between the user's code and the page (comms).
// Rule: a channel's messages are handled in the order of their arrival, on the event loop, between the awaits of a cell;
// what a listener prints belongs to the cell that attached it.
import { v4 as uuid } from 'uuid';
import type { CommMessage, JsonObject, Output } from '../api';
import { toPlainJson } from '../display/bundle';
import type { Carry } from '../display/sink';
import { Silent } from '../display/symbols';
import type { tskernel } from '../globals/widgets';
import { isPlainObject } from '../realm/builtins';

/** What came over a channel. */
export type CommEvent = Pick<CommMessage, 'data' | 'metadata' | 'buffers'>;
type CommListener = (message: CommEvent) => unknown;

type Emit = (output: Output) => void;

/**
 * A listener that fails like any asynchronous function: its error is reported with its cell, and stops no other listener.
 */
export function toListener<Rest extends unknown[]>(
  carry: Carry,
  listener: (...rest: Rest) => unknown,
): (...rest: Rest) => void {
  return carry(async (...rest: Rest) => {
    await listener(...rest);
  });
}

/** One end of a channel, without listeners' comfort: what comms and widgets are made of. */
export class CommEnd {
  readonly id: string;
  readonly target: string;
  receive: ((message: CommEvent) => void) | undefined;
  closed: ((message: CommEvent) => void) | undefined;
  readonly #owner: CommManager;

  constructor(owner: CommManager, id: string, target: string) {
    this.#owner = owner;
    this.id = id;
    this.target = target;
  }

  get isOpen(): boolean {
    return this.#owner.get(this.id) === this;
  }

  /** @throws Error when the channel is closed; TypeError when the data is nothing that JSON can tell */
  send(data: unknown, options: tskernel.SendOptions = {}): void {
    if (!this.isOpen) throw new Error(`the comm ${this.id} is closed`);
    this.#owner.send('message', this, data, options);
  }

  /** Harmless when it is closed already. */
  close(data: unknown = {}, options: tskernel.SendOptions = {}): void {
    if (this.#owner.forget(this)) this.#owner.send('close', this, data, options);
  }
}

/** All open channels, and who answers when the page opens one. */
export class CommManager {
  readonly #emit: Emit;
  readonly #open = new Map<string, CommEnd>();
  readonly #targets = new Map<string, (channel: CommEnd, opening: CommEvent) => void>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  get(id: string): CommEnd | undefined {
    return this.#open.get(id);
  }

  forget(channel: CommEnd): boolean {
    return this.#open.get(channel.id) === channel && this.#open.delete(channel.id);
  }

  answer(target: string, open: (channel: CommEnd, opening: CommEvent) => void): void {
    this.#targets.set(target, open);
  }

  ignore(target: string): void {
    this.#targets.delete(target);
  }

  open(target: string, data: unknown, options: tskernel.SendOptions = {}, id: string = uuid()): CommEnd {
    const channel = new CommEnd(this, id, target);
    this.send('open', channel, data, options);
    this.#open.set(id, channel);
    return channel;
  }

  send(
    kind: CommMessage['kind'],
    { id, target }: CommEnd,
    data: unknown,
    { metadata = {}, buffers = [] }: tskernel.SendOptions,
  ): void {
    if (!isPlainObject(data)) throw new TypeError('a comm sends objects');
    const message: CommMessage = {
      kind,
      commId: id,
      ...(kind === 'open' && { target }),
      data: toPlainJson(data) as JsonObject,
      metadata: toPlainJson(metadata) as JsonObject,
      buffers: buffers.map(copyBytes),
    };
    this.#emit({ kind: 'comm', message });
  }

  /** A message of the page. */
  receive(message: CommMessage): void {
    const { kind, commId } = message;
    if (kind === 'open') return this.#accept(message);
    const channel = this.#open.get(commId);
    // The page may speak to a channel that was closed here meanwhile.
    if (channel === undefined) return;
    if (kind === 'message') return channel.receive?.(message);
    this.#open.delete(commId);
    channel.closed?.(message);
  }

  #accept(message: CommMessage): void {
    const channel = new CommEnd(this, message.commId, message.target ?? '');
    const answer = this.#targets.get(channel.target);
    if (answer === undefined) return this.send('close', channel, {}, {});
    this.#open.set(channel.id, channel);
    answer(channel, message);
  }
}

/** The same bytes as numbers. */
export function viewBytes(bytes: tskernel.Bytes): Uint8Array {
  if (bytes instanceof ArrayBuffer || !ArrayBuffer.isView(bytes)) return new Uint8Array(bytes as ArrayBuffer);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A copy as they are now, in a buffer of its own, which goes to the main thread as it is. */
function copyBytes(bytes: tskernel.Bytes): Uint8Array {
  return new Uint8Array(viewBytes(bytes));
}

/** A channel to the page, as the user's code has it. As the value of a cell it shows nothing. */
export class Comm extends Silent implements tskernel.Comm {
  readonly #channel: CommEnd;
  readonly #carry: Carry;
  readonly #messageListeners: CommListener[] = [];
  readonly #closeListeners: CommListener[] = [];

  /** @internal */
  constructor(channel: CommEnd, carry: Carry) {
    super();
    this.#channel = channel;
    this.#carry = carry;
    channel.receive = (message) => call(this.#messageListeners, message);
    channel.closed = (message) => call(this.#closeListeners, message);
  }

  get id(): string {
    return this.#channel.id;
  }

  get target(): string {
    return this.#channel.target;
  }

  get isOpen(): boolean {
    return this.#channel.isOpen;
  }

  send(data: object, options?: tskernel.SendOptions): void {
    this.#channel.send(data, options);
  }

  close(data?: object, options?: tskernel.SendOptions): void {
    this.#channel.close(data, options);
  }

  onMessage(listener: CommListener): this {
    this.#messageListeners.push(toListener(this.#carry, listener));
    return this;
  }

  onClose(listener: CommListener): this {
    this.#closeListeners.push(toListener(this.#carry, listener));
    return this;
  }
}

function call(listeners: readonly CommListener[], message: CommEvent): void {
  for (const listener of [...listeners]) listener(message);
}

/** The `comms` of the user's cells. */
export class Comms implements tskernel.Comms {
  readonly #manager: CommManager;
  readonly #carry: Carry;

  /** @internal */
  constructor(manager: CommManager, carry: Carry) {
    this.#manager = manager;
    this.#carry = carry;
  }

  /** @internal The same channels without the comfort. */
  static managerOf(comms: Comms): CommManager {
    return comms.#manager;
  }

  register(target: string, handler: (comm: Comm, opening: CommEvent) => unknown): void {
    const listener = toListener(this.#carry, async (comm: Comm, opening: CommEvent) => {
      try {
        await handler(comm, opening);
      } catch (error) {
        comm.close();
        throw error;
      }
    });
    this.#manager.answer(target, (channel, opening) => listener(new Comm(channel, this.#carry), opening));
  }

  unregister(target: string): void {
    this.#manager.ignore(target);
  }

  open(target: string, data: object = {}, options?: tskernel.SendOptions): Comm {
    return new Comm(this.#manager.open(target, data, options), this.#carry);
  }

  /** @internal A message of the page. */
  receive(message: CommMessage): void {
    this.#manager.receive(message);
  }
}

/**
 * @param emit sends an output of the current cell
 * @param carry keeps listeners with the cell that attached them; without it they run as part of the message that came
 */
export function createComms(emit: Emit, carry: Carry = (work) => work): Comms {
  return new Comms(new CommManager(emit), carry);
}
