// A connection to the language server of a kernel: JSON-RPC over a comm.
// Rule: messages travel on the control channel, and those that come are taken as they come, so a running cell holds nothing up.
import { type Kernel, KernelMessage } from '@jupyterlab/services';
import { PromiseDelegate, UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

const target = 'tskernel.lsp';

/** What JSON-RPC and the Language Server Protocol call what went wrong. */
export const errorCodes = {
  methodNotFound: -32601,
  serverCancelled: -32802,
  contentModified: -32801,
  requestCancelled: -32800,
};

interface RemoteMessage {
  readonly jsonrpc: '2.0';
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

export interface ServerNotification {
  readonly method: string;
  readonly params: unknown;
}

/** The server answered with an error. */
export class RemoteError extends Error {
  readonly code: number;

  constructor({ code, message }: { readonly code: number; readonly message: string }) {
    super(message);
    this.code = code;
  }
}

/** The connection has ended before the answer came. */
export class ConnectionClosed extends Error {}

/**
 * JupyterLab's own comms are not used: they go over the shell channel, from 4.4 on with a subshell for each target, and of
 * two documents on one kernel only the first may have them.
 */
export class Connection implements IDisposable {
  readonly #kernel: Kernel.IKernelConnection;
  readonly #comm = UUID.uuid4();
  readonly #pending = new Map<number, PromiseDelegate<unknown>>();
  readonly #notified = new Signal<this, ServerNotification>(this);
  readonly #closed = new Signal<this, void>(this);
  #requests = 0;
  #isDisposed = false;

  constructor(kernel: Kernel.IKernelConnection) {
    this.#kernel = kernel;
    kernel.anyMessage.connect(this.#receive, this);
    this.#send('comm_open', { target_name: target, data: {} });
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /** The server tells something. */
  get notified(): ISignal<this, ServerNotification> {
    return this.#notified;
  }

  /** The kernel has closed the comm. */
  get closed(): ISignal<this, void> {
    return this.#closed;
  }

  /**
   * @throws RemoteError with what the server says
   * @throws ConnectionClosed when it ends first
   */
  request(method: string, params: unknown, signal?: AbortSignal): Promise<unknown> {
    const id = ++this.#requests;
    const answer = new PromiseDelegate<unknown>();
    this.#pending.set(id, answer);
    this.#say({ jsonrpc: '2.0', id, method, params });
    signal?.addEventListener('abort', () => {
      if (this.#pending.has(id)) this.notify('$/cancelRequest', { id });
    });
    return answer.promise;
  }

  notify(method: string, params: unknown): void {
    this.#say({ jsonrpc: '2.0', method, params });
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#send('comm_close', { data: {} });
    this.#end();
  }

  #end(): void {
    this.#isDisposed = true;
    this.#kernel.anyMessage.disconnect(this.#receive, this);
    for (const answer of this.#pending.values()) answer.reject(new ConnectionClosed());
    this.#pending.clear();
    Signal.clearData(this);
  }

  #say(data: RemoteMessage): void {
    this.#send('comm_msg', { data });
  }

  #send(msgType: 'comm_open' | 'comm_msg' | 'comm_close', content: object): void {
    if (this.#isDisposed || this.#kernel.isDisposed || this.#kernel.status === 'dead') return;
    const { clientId, username } = this.#kernel;
    // JupyterLab has no types for comms on this channel; their messages are the same.
    const message = KernelMessage.createMessage({
      channel: 'control',
      msgType: msgType as 'debug_request',
      session: clientId,
      username,
      content: { comm_id: this.#comm, ...content } as unknown as KernelMessage.IDebugRequestMsg['content'],
    });
    // Nothing answers it, and the kernel is not said to be busy with it.
    this.#kernel.sendControlMessage(message, false, true).dispose();
  }

  #receive(_: Kernel.IKernelConnection, { msg, direction }: Kernel.IAnyMessageArgs): void {
    if (direction !== 'recv' || msg.channel !== 'iopub') return;
    const { comm_id: comm, data } = msg.content as { comm_id?: string; data?: unknown };
    if (comm !== this.#comm) return;
    if (msg.header.msg_type === 'comm_msg') this.#handle(data as RemoteMessage);
    else if (msg.header.msg_type === 'comm_close') {
      this.#closed.emit();
      if (!this.#isDisposed) this.#end();
    }
  }

  #handle({ id, method, params, result, error }: RemoteMessage): void {
    if (method !== undefined) {
      if (id === undefined) this.#notified.emit({ method, params });
      else
        this.#say({
          jsonrpc: '2.0',
          id,
          error: { code: errorCodes.methodNotFound, message: `${method} is not known here` } as never,
        });
      return;
    }
    const answer = this.#pending.get(id as number);
    this.#pending.delete(id as number);
    if (error) answer?.reject(new RemoteError(error));
    else answer?.resolve(result);
  }
}
