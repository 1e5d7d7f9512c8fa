// The execution models, measured inside one process, without sockets: threads, switches, dispatch strategies, awaits.
// Rule: what is compared takes turns; every figure is a list of milliseconds, and the report takes the median.
import { fork } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import { createEngine, type Engine, type Outcome, readSettings, type Settings } from '../src';
import { Look } from '../src/execution/values/look';

type Strategy = 'auto' | 'blocking' | 'task';
const strategies: readonly Strategy[] = ['auto', 'blocking', 'task'];

/** The same cells under each strategy. Only those that every strategy takes; awaits come apart. */
const cells: { readonly [title: string]: string } = {
  'an expression': '1 + 1',
  'a declaration': 'const answer: number = 42;',
  'a function and a call': 'function double(n: number): number { return 2 * n }\ndouble(21)',
  'a class': 'class Point { constructor(readonly x: number, readonly y: number) {} }\nnew Point(1, 2)',
  'a loop of 1,000,000': 'let sum = 0;\nfor (let i = 0; i < 1e6; i++) sum += i;\nsum',
  '100 printed lines': 'for (let i = 0; i < 100; i++) console.log(i);',
  'an array of 1,000 records': 'Array.from({ length: 1000 }, (_, id) => ({ id, name: `item` }))',
};

interface Figures {
  [title: string]: number[];
}

async function main(rounds: number): Promise<void> {
  const report = {
    threads: await compareThreads(rounds),
    threadMemory: await measureThreadMemory(),
    switches: await compareSwitches(rounds * 50),
    dispatch: await compareDispatch(rounds),
    dispatchMemory: await compareDispatchMemory(),
    awaits: await compareAwaits(Math.max(3, Math.round(rounds / 4))),
    tasks: await compareTasks(Math.max(3, Math.round(rounds / 4))),
    values: await measureValues(Math.max(3, Math.round(rounds / 4))),
  };
  process.stdout.write(JSON.stringify(report));
}

async function timed(action: () => unknown): Promise<number> {
  const began = performance.now();
  await action();
  return performance.now() - began;
}

async function inTurns(
  rounds: number,
  candidates: { readonly [title: string]: () => unknown },
): Promise<Figures> {
  const figures: Figures = Object.fromEntries(Object.keys(candidates).map((title) => [title, []]));
  for (let round = -2; round < rounds; round++) {
    for (const [title, action] of Object.entries(candidates)) {
      const milliseconds = await timed(action);
      if (round >= 0) figures[title]!.push(milliseconds);
    }
  }
  return figures;
}

// ── A thread for each cell, or one that is kept ────────────────────────────────────────────────────────────────

const evaluator = `
  const { parentPort } = require('node:worker_threads');
  const { runInThisContext } = require('node:vm');
  parentPort.on('message', (code) => parentPort.postMessage(runInThisContext(code)));`;

async function compareThreads(rounds: number): Promise<Figures> {
  const kept = new Worker(evaluator, { eval: true });
  const engine = startEngine('auto');
  await run(engine, '1 + 1');
  const figures = await inTurns(rounds, {
    'a bare thread for each cell': async () => {
      const worker = new Worker(evaluator, { eval: true });
      await ask(worker, '1 + 1');
      await worker.terminate();
    },
    'a bare thread that is kept': () => ask(kept, '1 + 1'),
    'the engine, kept': () => run(engine, '1 + 1'),
  });
  const fresh = await inTurns(Math.max(3, Math.round(rounds / 10)), {
    'the engine, started for each cell': async () => {
      const started = startEngine('auto');
      await run(started, '1 + 1');
      await started.close();
    },
  });
  await Promise.all([kept.terminate(), engine.close()]);
  return { ...figures, ...fresh };
}

function ask(worker: Worker, code: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (answer) => {
      worker.off('error', reject);
      resolve(answer);
    });
    worker.postMessage(code);
  });
}

/** Megabytes that one more waiting thread costs. */
async function measureThreadMemory(): Promise<{ [title: string]: number }> {
  const threads = 8;
  const before = residentMemory();
  const workers = Array.from({ length: threads }, () => new Worker(evaluator, { eval: true }));
  await Promise.all(workers.map((worker) => ask(worker, '1 + 1')));
  const bare = (residentMemory() - before) / threads;
  await Promise.all(workers.map((worker) => worker.terminate()));
  return { 'a bare thread': bare };
}

function residentMemory(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}

// ── From the main thread to a worker and back ──────────────────────────────────────────────────────────────────

const echoes: { readonly [kind: string]: string } = {
  // Event loop on both sides.
  messages: `port.on('message', (message) => port.postMessage(message));`,
  // The worker sleeps on a word and takes the message by hand, as input() does with its answer.
  receive: `for (let turn = 1; ; turn++) {
      while (Atomics.load(words, 0) < turn) Atomics.wait(words, 0, turn - 1);
      port.postMessage(receiveMessageOnPort(port).message);
    }`,
  // No message at all: one word there, one word back.
  words: `for (let turn = 1; ; turn++) {
      while (Atomics.load(words, 0) < turn) Atomics.wait(words, 0, turn - 1);
      Atomics.store(words, 1, turn);
      Atomics.notify(words, 1);
    }`,
};

async function compareSwitches(rounds: number): Promise<Figures> {
  const ends: { worker: Worker; port: MessageChannel['port1']; words: Int32Array; turn: number }[] = [];
  const start = (kind: keyof typeof echoes) => {
    const { port1, port2 } = new MessageChannel();
    const words = new Int32Array(new SharedArrayBuffer(8));
    const worker = new Worker(
      `const { receiveMessageOnPort, workerData } = require('node:worker_threads');
       const { port, words } = workerData;
       ${echoes[kind]}`,
      { eval: true, workerData: { port: port2, words }, transferList: [port2] },
    );
    const end = { worker, port: port1, words, turn: 0 };
    ends.push(end);
    return end;
  };
  const ring = (end: (typeof ends)[number]): void => {
    Atomics.store(end.words, 0, ++end.turn);
    Atomics.notify(end.words, 0);
  };
  const answer = (end: (typeof ends)[number]) =>
    new Promise((resolve) => {
      end.port.once('message', resolve);
    });
  const awaitWord = (end: (typeof ends)[number]): void => {
    while (Atomics.load(end.words, 1) < end.turn) Atomics.wait(end.words, 1, end.turn - 1);
  };
  const messages = start('messages');
  const receive = start('receive');
  const blocking = start('words');
  const waiting = start('words');
  const figures = await inTurns(rounds, {
    'MessagePort both ways': () => {
      const answered = answer(messages);
      messages.port.postMessage(1);
      return answered;
    },
    'Atomics.wait and receiveMessageOnPort there, MessagePort back': () => {
      const answered = answer(receive);
      receive.port.postMessage(1);
      ring(receive);
      return answered;
    },
    'Atomics both ways, the main thread blocked': () => {
      ring(blocking);
      awaitWord(blocking);
    },
    'Atomics there, Atomics.waitAsync back': async () => {
      ring(waiting);
      while (Atomics.load(waiting.words, 1) < waiting.turn) {
        await Atomics.waitAsync(waiting.words, 1, waiting.turn - 1).value;
      }
    },
  });
  await Promise.all(
    ends.map(({ worker, port }) => {
      port.close();
      return worker.terminate();
    }),
  );
  return figures;
}

// ── auto, blocking, task ───────────────────────────────────────────────────────────────────────────────────────

async function compareDispatch(rounds: number): Promise<{ [title: string]: Figures }> {
  const engines = strategies.map((strategy) => ({ strategy, engine: startEngine(strategy) }));
  // Until the compiler itself is compiled.
  for (let turn = 0; turn < 30; turn++) {
    for (const { engine } of engines) for (const cell of Object.values(cells)) await run(engine, cell);
  }
  const report: { [title: string]: Figures } = {};
  for (const [title, source] of Object.entries(cells)) {
    report[title] = await inTurns(
      rounds,
      Object.fromEntries(engines.map(({ strategy, engine }) => [strategy, () => run(engine, source)])),
    );
  }
  const awaiting = engines.filter(({ strategy }) => strategy !== 'blocking');
  report['`await 1`'] = await inTurns(
    rounds,
    Object.fromEntries(awaiting.map(({ strategy, engine }) => [strategy, () => run(engine, 'await 1')])),
  );
  await Promise.all(engines.map(({ engine }) => engine.close()));
  return report;
}

/** Resident megabytes of a process of its own with one engine that ran every cell of `cells` 20 times. */
async function compareDispatchMemory(): Promise<{ [title: string]: number }> {
  const report: { [title: string]: number } = {};
  for (const strategy of strategies) {
    report[strategy] = await new Promise<number>((resolve, reject) => {
      const child = fork(__filename, ['--memory', strategy]);
      child.once('message', (megabytes) => resolve(Number(megabytes)));
      child.once('error', reject);
    });
  }
  return report;
}

async function reportMemory(strategy: Strategy): Promise<void> {
  const engine = startEngine(strategy);
  for (let turn = 0; turn < 20; turn++) for (const cell of Object.values(cells)) await run(engine, cell);
  process.send?.(residentMemory());
  await engine.close();
  process.exit();
}

// ── Awaits and tasks ───────────────────────────────────────────────────────────────────────────────────────────

const awaiting = 'for (let i = 0; i < 100_000; i++) await i;';
const tasks =
  'await Promise.all(Array.from({ length: 1000 }, (_, i) => new Promise((done) => setTimeout(done, i % 10))));';
const printingTasks = tasks.replace(
  'setTimeout(done, i % 10)',
  'setTimeout(() => done(console.log(i)), i % 10)',
);

function compareAwaits(rounds: number): Promise<Figures> {
  return besidePlainNode(rounds, { '100,000 awaits in a loop': awaiting });
}

function compareTasks(rounds: number): Promise<Figures> {
  return besidePlainNode(rounds, {
    '1,000 concurrent timers': tasks,
    '1,000 concurrent timers that print': printingTasks,
  });
}

/** Each source as a cell, and in a bare thread as an async function, timed from outside both times. */
async function besidePlainNode(
  rounds: number,
  sources: { readonly [title: string]: string },
): Promise<Figures> {
  const engine = startEngine('auto');
  const plain = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const AsyncFunction = (async () => {}).constructor;
     parentPort.on('message', async (code) => {
       await new AsyncFunction(code)();
       parentPort.postMessage('done');
     });`,
    { eval: true, stdout: true },
  );
  plain.stdout.resume();
  const figures = await inTurns(
    rounds,
    Object.fromEntries(
      Object.entries(sources).flatMap(([title, source]): [string, () => unknown][] => [
        [`${title}, as a cell`, () => run(engine, source)],
        [`${title}, plain node`, () => ask(plain, source)],
      ]),
    ),
  );
  await Promise.all([engine.close(), plain.terminate()]);
  return figures;
}

// ── What values are like ───────────────────────────────────────────────────────────────────────────────────────

/** About a kilobyte of JSON each. */
const record = `{ id, name: 'n'.repeat(800), tags: ['a', 'b'], home: { city: 'c', at: [id, 2] }, note: id % 7 ? null : 'x' }`;
const megabytes = (count: number) =>
  `JSON.parse(JSON.stringify(Array.from({ length: ${count * 1100} }, (_, id) => (${record}))))`;

/** How long a look at a value takes, in slices, and what a cell takes that comes while there are values to be looked at. */
async function measureValues(rounds: number): Promise<Figures> {
  const figures: Figures = {};
  const note = (title: string, milliseconds: number) => {
    figures[title] ??= [];
    figures[title].push(milliseconds);
  };
  for (const size of [1, 100]) {
    const value: unknown = new Function(`return ${megabytes(size)}`)();
    for (let round = -2; round < rounds; round++) {
      const look = new Look(value);
      let total = 0;
      let longest = 0;
      for (let isOver = false; !isOver; ) {
        const began = performance.now();
        isOver = look.proceed(() => performance.now(), began + 2);
        const took = performance.now() - began;
        total += took;
        longest = Math.max(longest, took);
      }
      if (round < 0) continue;
      note(`a look at ${size} MB of JSON`, total);
      note(`its longest slice, ${size} MB`, longest);
    }
  }
  const engines = [true, false].map((observes) => ({
    switched: observes ? 'on' : 'off',
    engine: startEngine('auto', { types: 'warn', observes }),
  }));
  for (const { engine } of engines) {
    await run(engine, `const data = ${megabytes(100)}`, true);
    await engine.complete('data.', 5);
  }
  for (let round = -2; round < rounds; round++) {
    for (const { switched, engine } of engines) {
      // It mentions the value, which is looked at again some time after it has ended.
      await run(engine, 'data.length', true);
      await wait((round * 37) % 200);
      const milliseconds = await timed(() => run(engine, 'data.length', true));
      if (round >= 0) note(`a cell beside 100 MB of JSON, ${switched}`, milliseconds);
    }
  }
  await Promise.all(engines.map(({ engine }) => engine.close()));
  return figures;
}

// ── Engines ────────────────────────────────────────────────────────────────────────────────────────────────────

let lastCell = 0;

function startEngine(strategy: Strategy, more: Partial<Settings> = {}): Engine {
  return createEngine({
    log: () => undefined,
    directory: process.cwd(),
    // Checking types goes on beside the cells and is no part of the question.
    settings: { ...readSettings().settings, dispatch: strategy, types: 'off', ...more },
  });
}

/** @param isWatched somebody can answer: the end of the cell does not wait for its types */
async function run(engine: Engine, source: string, isWatched = false): Promise<Outcome> {
  const number = ++lastCell;
  const outcome = await engine.execute({
    id: number,
    name: `cell-${number}`,
    label: `Cell [${number}]`,
    number,
    source,
    wantsResult: true,
    allowInput: isWatched,
    expressions: {},
  });
  if (outcome.status === 'error') throw new Error(outcome.error.traceback.join('\n'));
  return outcome;
}

const [option, value] = process.argv.slice(2);
if (option === '--memory') void reportMemory(value as Strategy);
else void main(Number(option));
