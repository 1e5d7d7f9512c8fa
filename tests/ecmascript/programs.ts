// Programs, and what comes of one: in plain Node, and as a cell.
import { type ChildProcess, fork } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '../wire/client';
import { type KernelProcess, startKernel } from '../wire/launch';

/** `global`: a script whose `var`s and functions become properties of the global object. */
export type Kind = 'script' | 'global' | 'module';

export interface Program {
  readonly title: string;
  readonly kind: Kind;
  readonly source: string;
}

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  /** The value as text, unless it is undefined. A module has none. */
  readonly result?: string;
  readonly error?: { readonly name: string; readonly message: string };
}

/** What plain Node says beside. */
export interface PlainOutcome extends Outcome {
  readonly error?: Outcome['error'] & { readonly className?: string };
  /** What became of a result that is a promise. */
  readonly settled?: Pick<Outcome, 'result' | 'error'>;
}

const folder = join(__dirname, 'programs');

/** The hand-picked programs of each file: `=== title`, or `=== module: title`, then the source. */
export function readPrograms(): { readonly topic: string; readonly programs: readonly Program[] }[] {
  return readdirSync(folder).map((file) => ({
    topic: file.replace('.txt', ''),
    programs: readFileSync(join(folder, file), 'utf8')
      .split(/^=== /m)
      .slice(1)
      .map((text): Program => {
        const [heading, ...lines] = text.split('\n');
        const [, kind = 'script', title] = /^(?:(module|global): )?(.*)$/.exec(heading!)!;
        return { title: title!, kind: kind as Kind, source: lines.join('\n').trimEnd() };
      }),
  }));
}

/** Runs programs in a plain Node, which lives until `end`. */
export class PlainNode {
  readonly #process: ChildProcess = fork(join(__dirname, 'plain.cjs'), [], { execArgv: [] });

  run(programs: readonly Program[]): Promise<PlainOutcome[]> {
    return new Promise((resolve, reject) => {
      const outcomes: PlainOutcome[] = [];
      const ended = (code: number | null) => reject(new Error(`plain Node ended with ${code}`));
      this.#process.once('exit', ended);
      const receive = (outcome: string) => {
        if (outcomes.push(JSON.parse(outcome)) < programs.length) return;
        this.#process.off('message', receive).off('exit', ended);
        resolve(outcomes);
      };
      this.#process.on('message', receive);
      this.#process.send(programs);
    });
  }

  end(): void {
    this.#process.kill();
  }
}

/** How many programs are sent to a kernel at once. */
const batch = 100;
const unheard = { store_history: false, stop_on_error: false, timeout: 120_000 };
const remember = `if (!('__known' in globalThis)) Object.defineProperty(globalThis, '__known', {
  value: new Map(Reflect.ownKeys(globalThis).map((key) => [key, Object.getOwnPropertyDescriptor(globalThis, key)])),
})`;
/** Makes the namespace what it was when the kernel began, so that each program finds fresh names. */
const forget = `%reset
for (const key of Reflect.ownKeys(globalThis)) if (!__known.has(key) && key !== '__known') delete globalThis[key];
for (const [key, before] of __known) {
  const now = Object.getOwnPropertyDescriptor(globalThis, key);
  if (!now || now.value !== before.value) Object.defineProperty(globalThis, key, before);
}`;

/** A kernel for each way to dispatch cells. */
export class Kernels {
  readonly #kernels = new Map<string, { readonly kernel: KernelProcess; readonly client: Client }>();

  static async start(...dispatches: ('auto' | 'task')[]): Promise<Kernels> {
    const kernels = new Kernels();
    for (const dispatch of dispatches) {
      const env = { TSKERNEL_TYPES: 'off', TSKERNEL_DISPATCH: dispatch };
      const kernel = await startKernel({ env });
      kernels.#kernels.set(dispatch, { kernel, client: await kernel.connect() });
    }
    return kernels;
  }

  /** Runs programs as cells, each in a namespace without the names of the others. */
  async run(dispatch: 'auto' | 'task', programs: readonly Program[]): Promise<Outcome[]> {
    const { kernel, client } = this.#kernels.get(dispatch)!;
    const died = kernel.ended.then((how) => Promise.reject(new Error(`the kernel ended with ${how}`)));
    died.catch(() => undefined);
    const outcomes: Outcome[] = [];
    for (let start = 0; start < programs.length; start += batch) {
      outcomes.push(...(await Promise.race([runCells(client, programs.slice(start, start + batch)), died])));
      // The client looks through all that came whenever it waits for something.
      client.received.length = 0;
    }
    return outcomes;
  }

  async dispose(): Promise<void> {
    for (const { kernel } of this.#kernels.values()) await kernel.dispose();
  }
}

async function runCells(client: Client, programs: readonly Program[]): Promise<Outcome[]> {
  const silent = { ...unheard, silent: true };
  await client.execute(remember, silent);
  const outcomes: Outcome[] = [];
  // All are sent at once: the kernel runs what it gets in order.
  const started = programs.map(({ source }) => {
    const id = client.startExecution(source, unheard);
    return { id, sweep: client.startExecution(forget, silent) };
  });
  for (const { id, sweep } of started) {
    const { reply, result, stdout, stderr } = await client.finish(id, unheard.timeout);
    await client.finish(sweep, unheard.timeout);
    const { status, ename, evalue } = reply.content;
    const error = status === 'ok' ? undefined : { name: ename, message: evalue };
    outcomes.push({ stdout, stderr, ...(result !== undefined && { result }), ...(error && { error }) });
  }
  return outcomes;
}
