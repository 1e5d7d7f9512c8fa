// Speaks to one worker thread through the inspector, which V8 listens to also in the middle of a loop.
// Rule: nothing is connected before the first message; a message to a worker that ended is lost, and so is its answer. Nobody hears
// anything in the middle of other code, which may be that of Node's timers: a listener that sets one would spoil their list.
import { Session } from 'node:inspector';
import type { Worker } from 'node:worker_threads';

interface Answer {
  readonly id?: number;
  readonly result?: object;
  readonly error?: { readonly message: string };
}

interface Waiting {
  resolve(result: object): void;
  reject(reason: Error): void;
}

interface InspectorEvent {
  readonly method?: string;
  readonly params?: object;
}

type Listener = (method: string, params: object) => void;

const ended = 'The thread of the cells has ended.';

export class WorkerInspector {
  #session: Session | undefined;
  /** What the inspector calls the connection to the worker. */
  #attached: Promise<string> | undefined;
  #isClosed = false;
  #last = 0;
  readonly #listeners = new Set<Listener>();
  readonly #waiting = new Map<number, Waiting>();
  /** Resolves when code can be evaluated in the worker, or it has ended. */
  readonly ready: Promise<void>;
  #setReady: () => void = () => undefined;
  #isStarting = true;

  constructor(readonly worker: Worker) {
    this.ready = new Promise((resolve) => {
      this.#setReady = resolve;
    });
    const hear = ({ kind }: { kind: string }) => {
      if (kind !== 'ready') return;
      worker.off('message', hear);
      this.#isStarting = false;
      this.#setReady();
    };
    worker.on('message', hear);
  }

  /** Whether the worker still loads its own script. */
  get isStarting(): boolean {
    return this.#isStarting;
  }

  /** Resolves when the message has been sent. */
  async post(method: string, params?: object): Promise<void> {
    await this.#send(++this.#last, method, params);
  }

  /**
   * Sends a message and resolves with what the worker answers, as soon as it runs JavaScript.
   * @throws Error when the message cannot be sent, the inspector refuses it, or the worker ends
   */
  call(method: string, params?: object): Promise<object> {
    if (this.#isClosed) return Promise.reject(new Error(ended));
    const id = ++this.#last;
    return new Promise<object>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send(id, method, params).catch(reject);
    });
  }

  /** Hears of what happens in the worker, as far as it was enabled. @returns what ends that */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The worker has ended. Who waits for its answer is told. */
  close(): void {
    this.#isClosed = true;
    this.#setReady();
    this.#session?.disconnect();
    this.#session = undefined;
    for (const { reject } of this.#waiting.values()) reject(new Error(ended));
    this.#waiting.clear();
  }

  async #send(id: number, method: string, params?: object): Promise<void> {
    this.#attached ??= this.#attach();
    const sessionId = await this.#attached;
    const message = asciiJson({ id, method, params });
    this.#session?.post('NodeWorker.sendMessageToWorker', { sessionId, message });
  }

  #attach(): Promise<string> {
    const session = new Session();
    this.#session = session;
    session.connect();
    return new Promise((resolve) => {
      let own: string | undefined;
      session.on('NodeWorker.attachedToWorker', ({ params }) => {
        // The inspector counts workers in its own way, but their titles carry the thread id: `[worker 2] execution`.
        if (!new RegExp(`\\b${this.worker.threadId}\\b`).test(params.workerInfo.title)) return;
        own = params.sessionId;
        resolve(own);
      });
      session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
        if (params.sessionId === own) this.#receive(JSON.parse(params.message) as Answer & InspectorEvent);
      });
      session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
    });
  }

  /** Comes in the middle of what this thread runs, as an interrupt of V8's: all that is done here is to settle promises. */
  #receive({ id, result, error, method, params = {} }: Answer & InspectorEvent): void {
    if (method !== undefined) void Promise.resolve().then(() => this.#tell(method, params));
    if (id === undefined) return;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result ?? {});
  }

  #tell(method: string, params: object): void {
    if (this.#isClosed) return;
    for (const listener of [...this.#listeners]) listener(method, params);
  }
}

/** On Node 20 a message with any other letter does not arrive whole. */
const asciiJson = (message: object): string =>
  JSON.stringify(message).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
