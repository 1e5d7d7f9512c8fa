// An engine for tests: its cells are little scripts of one command a line, so that a test can say what a cell does.
//   print TEXT · warn TEXT · show MIME TEXT · update ID TEXT · clear · value TEXT · page TEXT · propose TEXT
//   find TEXT · find-later TEXT (what is wrong with the cell's text)
//   ask PROMPT (then prints the answer) · wait (until release or interrupt) · hang (until the engine is closed) · fail NAME
import type {
  Cell,
  CellId,
  CellPayload,
  Checked,
  CommMessage,
  Completeness,
  Completions,
  EditorConnection,
  EditorEvents,
  Engine,
  EngineDebugger,
  EngineEvents,
  ExpressionOutcome,
  MimeBundle,
  Outcome,
  Output,
  Rendering,
} from '../../../src';

export class FakeEngine implements Engine {
  /** Cells in the order in which they started. */
  readonly cells: Cell[] = [];
  readonly delivered: { readonly cell: CellId; readonly message: CommMessage }[] = [];
  readonly openComms = new Map<string, { target: string }>();
  interrupts = 0;
  closed = false;
  /** Set to make a request fail inside the engine. */
  broken = false;
  /** Set to make `close` wait for ever. */
  stuck = false;
  /** Says what it was asked, and knows nothing of `fail`. */
  readonly debugger: EngineDebugger & { isStarted: boolean } = {
    isAvailable: true,
    isStarted: false,
    isPaused: false,
    breakpoints: new Map(),
    addSource() {},
    request: async (command, given) => {
      if (command === 'initialize') this.debugger.isStarted = true;
      if (command === 'attach') this.#events?.debug?.('initialized');
      if (!this.debugger.isStarted || command === 'fail') throw new Error(`not now: ${command}`);
      return { command, given };
    },
    inspectNames: async () => [{ name: 'known', value: '1', variablesReference: 0 }],
    render: async (expression, frame) => ({
      data: { 'text/plain': `${expression} in ${frame ?? 'no frame'}` },
      metadata: {},
    }),
    bind: async (name, expression) => ({ value: `${name} = ${expression}` }),
  };
  /** The front ends of the language server: each answers a request with its method, and is gone after `exit`. */
  attachEditor(_version: string, { send, closed }: EditorEvents): EditorConnection {
    this.editors++;
    return {
      receive: ({ id, method }) => {
        if (method === 'exit') closed();
        else if (id !== undefined) send({ jsonrpc: '2.0', id, result: method ?? null });
      },
      close: () => void this.editors--,
    };
  }
  /** How many are attached. */
  editors = 0;
  readonly #asked = new Map<CellId, (line: string | null) => void>();
  readonly #waiting = new Set<{ release(): void; interrupt(): void; close(): void }>();
  #releases = 0;

  #events: EngineEvents | undefined;

  listen(events: EngineEvents): void {
    this.#events = events;
  }

  async execute(cell: Cell): Promise<Outcome> {
    this.cells.push(cell);
    if (this.broken) throw new TypeError('the engine is broken');
    let result: Rendering | undefined;
    let checked: Outcome['checked'];
    const payloads: CellPayload[] = [];
    for (const line of cell.source.split('\n')) {
      const [command, ...words] = line.split(' ');
      const text = words.join(' ');
      switch (command) {
        case 'print':
          this.output(cell.id, { kind: 'text', stream: 'stdout', text });
          break;
        case 'warn':
          this.output(cell.id, { kind: 'text', stream: 'stderr', text });
          break;
        case 'show':
          this.output(cell.id, {
            kind: 'display',
            data: { [words[0]!]: words.slice(1).join(' ') },
            metadata: {},
            displayId: 'd1',
          });
          break;
        case 'update':
          this.output(cell.id, {
            kind: 'update',
            data: { 'text/plain': text },
            metadata: {},
            displayId: 'd1',
          });
          break;
        case 'clear':
          this.output(cell.id, { kind: 'clear', wait: true });
          break;
        case 'find':
          checked = found(text);
          break;
        case 'find-later':
          checked = new Promise((resolve) => setTimeout(() => resolve(found(text)), 20));
          break;
        case 'value':
          result = plain(text);
          break;
        case 'page':
          payloads.push({ kind: 'page', data: { 'text/plain': text } });
          break;
        case 'propose':
          payloads.push({ kind: 'nextCell', source: text, replace: false });
          break;
        case 'ask': {
          const answer = await this.#ask(cell, text);
          if (answer === interrupted) return failed('KeyboardInterrupt');
          this.output(cell.id, { kind: 'text', stream: 'stdout', text: `heard ${JSON.stringify(answer)}` });
          break;
        }
        case 'wait': {
          const how = await this.#wait();
          if (how !== 'released') return failed(how);
          break;
        }
        case 'hang':
          return new Promise((resolve) => {
            const entry = { release() {}, interrupt() {}, close: () => resolve(failed('Closed')) };
            this.#waiting.add(entry);
          });
        case 'fail':
          return { ...failed(text), ...(checked && { checked }) };
      }
    }
    const expressions = Object.entries(cell.expressions).map(
      ([name, source]): [string, ExpressionOutcome] => [
        name,
        source.startsWith('fail ')
          ? { status: 'error', error: failed(source.slice(5)).error }
          : { status: 'ok', rendering: plain(source) },
      ],
    );
    return {
      status: 'ok',
      ...(result && cell.wantsResult && { result }),
      expressions: Object.fromEntries(expressions),
      payloads,
      ...(checked && { checked }),
    };
  }

  /** The number of the cell that a front end knows by this name. */
  idOf(name: string): CellId {
    return this.cells.find((cell) => cell.name === name)!.id;
  }

  /** Something that a cell puts out, now or long after its end. */
  output(cell: CellId, output: Output): void {
    this.#events?.output(cell, output);
  }

  /** Lets the cells that `wait`, or the next one that will, go on. */
  release(): void {
    if (this.#waiting.size === 0) this.#releases += 1;
    for (const entry of this.#waiting) entry.release();
  }

  async complete(source: string, offset: number): Promise<Completions> {
    if (this.broken) throw new TypeError('the engine is broken');
    const start = source.slice(0, offset).search(/\w*$/);
    return {
      start,
      end: offset,
      items: [{ text: `${source.slice(start, offset)}ing`, kind: 'function', signature: '()' }],
    };
  }

  async inspect(source: string, offset: number, detail: 0 | 1): Promise<MimeBundle | undefined> {
    return source === ''
      ? undefined
      : { 'text/plain': `${source.slice(0, offset)}|${source.slice(offset)} ${detail}` };
  }

  async checkCompleteness(source: string): Promise<Completeness> {
    return source.endsWith('{') ? { status: 'incomplete', indent: '  ' } : { status: 'complete' };
  }

  answerInput(cell: CellId, _question: number, line: string | null): void {
    this.#asked.get(cell)?.(line);
  }

  async deliver(cell: CellId, _name: string, message: CommMessage): Promise<void> {
    this.delivered.push({ cell, message });
    if (message.kind === 'open') {
      if (message.target === 'known') this.openComms.set(message.commId, { target: 'known' });
      else
        this.output(cell, {
          kind: 'comm',
          message: { kind: 'close', commId: message.commId, data: {}, metadata: {}, buffers: [] },
        });
    } else if (message.kind === 'message') {
      this.output(cell, { kind: 'comm', message });
    } else {
      this.openComms.delete(message.commId);
    }
  }

  comms(): ReadonlyMap<string, { readonly target: string }> {
    return this.openComms;
  }

  interrupt(): void {
    this.interrupts += 1;
    for (const entry of [...this.#waiting]) entry.interrupt();
  }

  async saveCaches(): Promise<void> {}

  async close(): Promise<void> {
    this.closed = true;
    if (this.stuck) await new Promise(() => undefined);
    for (const entry of [...this.#waiting]) entry.close();
  }

  #wait(): Promise<'released' | 'KeyboardInterrupt' | 'Closed'> {
    if (this.#releases > 0) {
      this.#releases -= 1;
      return Promise.resolve('released');
    }
    return new Promise((resolve) => {
      const settle = (how: 'released' | 'KeyboardInterrupt' | 'Closed') => () => {
        this.#waiting.delete(entry);
        resolve(how);
      };
      const entry = {
        release: settle('released'),
        interrupt: settle('KeyboardInterrupt'),
        close: settle('Closed'),
      };
      this.#waiting.add(entry);
    });
  }

  #ask(cell: Cell, prompt: string): Promise<string | null | typeof interrupted> {
    if (!cell.allowInput) return Promise.resolve('nobody is there');
    return new Promise((resolve) => {
      const settle = (value: string | null | typeof interrupted): void => {
        this.#asked.delete(cell.id);
        this.#waiting.delete(entry);
        resolve(value);
      };
      const entry = { release() {}, interrupt: () => settle(interrupted), close: () => settle(interrupted) };
      this.#waiting.add(entry);
      this.#asked.set(cell.id, settle);
      this.#events?.input(cell.id, { id: 0, prompt, password: prompt.startsWith('secret') });
    });
  }
}

const interrupted = Symbol('interrupted');

function plain(text: string): Rendering {
  return { data: { 'text/plain': text }, metadata: {} };
}

function failed(name: string): Outcome & { status: 'error' } {
  return {
    status: 'error',
    error: { name, message: `${name} happened`, traceback: [`${name}: ${name} happened`] },
  };
}

function found(text: string): Checked {
  const start = { line: 0, character: 0 };
  return {
    diagnostics: [{ severity: 'error', code: 1, message: text, range: { start, end: start }, related: [] }],
    warnings: { kind: 'display', displayId: 'types', ...plain(text) },
  };
}
