// Both workers as small programs, for tests of the main thread: what they do stands in the source of the cell, one command a
// line. In place of threads/start.ts; bundled by workers.ts beside this file.
//   execution: print TEXT · later TEXT · value TEXT · ask PROMPT · loop · wait · exit CODE · fail NAME · comm KIND ID
//   language:  refuse TEXT · die once, NOTE · die always · stall, as the first line of a cell; `heard` lists what it was told of.
//             It leaves with the last of that as what it knows, but for a cell `busy`.
// Workers share the environment: a NOTE of its own there says that the worker before this one has died.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { CompiledCell } from '../../../src/compile/types';
import type {
  ExecutionEvent,
  ExecutionQuestions,
  ExecutionRequest,
  ExecutionWorkerData,
  Run,
} from '../../../src/threads/execution-protocol';
import type {
  LanguageEvent,
  LanguageNotice,
  LanguageQuestions,
  LanguageRequest,
  LanguageWorkerData,
} from '../../../src/threads/language-protocol';
import {
  answerTo,
  type CacheQuestions,
  type Ready,
  type Reply,
  type Request,
} from '../../../src/threads/requests';
import { RingWriter } from '../../../src/threads/ring';
import { SharedState, Signal } from '../../../src/threads/shared';

const port = parentPort!;
const post = (message: ExecutionEvent | LanguageEvent | Reply | Ready) => port.postMessage(message);

function startExecution({ ring: buffer, shared: words, replies }: ExecutionWorkerData): void {
  const ring = new RingWriter(buffer, () => post({ kind: 'bell' }));
  const shared = new SharedState(words);
  const answer = answerTo<ExecutionQuestions>();
  let waiting: Run[] = [];
  const end = (run: Run, error?: string) => {
    waiting = waiting.filter((other) => other !== run);
    const outcome = error
      ? ({ status: 'error', error: { name: error, message: '', traceback: [error] } } as const)
      : ({ status: 'ok', payloads: [] } as const);
    const bound = { values: error ? [] : ['x'], types: [], completed: !error };
    post({ kind: 'done', run: run.id, outcome, bound, position: ring.mark() });
  };
  const start = (run: Run) => {
    const { cell, compiled } = run;
    const { code } = compiled;
    for (const line of code.split('\n')) {
      const [command, ...words] = line.split(' ');
      const text = words.join(' ');
      if (command === 'print') ring.write(cell, 'stdout', text);
      if (command === 'later') setTimeout(() => ring.write(cell, 'stdout', text), 20);
      if (command === 'loop') {
        waiting.push(run);
        for (;;);
      }
      if (command === 'exit') process.exit(Number(text));
      if (command === 'fail') return end(run, text);
      if (command === 'comm') {
        const kind = words[0] as 'open' | 'close';
        const message = { kind, commId: words[1]!, target: 'it', data: {}, metadata: {}, buffers: [] };
        const output = { kind: 'comm', message } as const;
        post({ kind: 'output', cell, output, weight: 1, sent: 1, position: ring.mark() });
      }
      if (command === 'ask') {
        post({ kind: 'ask', cell, id: 0, prompt: text, password: false, position: ring.mark() });
        shared.wait(Signal.reply);
        ring.write(cell, 'stdout', `heard ${receiveMessageOnPort(replies)!.message}`);
      }
      if (command === 'wait') {
        waiting.push(run);
        return;
      }
    }
    end(run);
  };
  port.on('message', (request: ExecutionRequest | Request<CacheQuestions>) => {
    switch (request.kind) {
      case 'run':
        return start(request.run);
      case 'interrupt':
        for (const run of waiting) end(run, 'KeyboardInterrupt');
        return post({ kind: 'interrupted', token: request.token, runs: waiting.map(({ id }) => id) });
      case 'members':
        return post(answer(request, [{ text: `${request.path.join('.')}.member`, kind: 'property' }]));
      case 'preview':
        return post(answer(request, { 'text/plain': `live ${request.path.join('.')}` }));
      case 'deliver':
        ring.write(request.cell, 'stdout', `got ${request.message.commId}`);
        return post(answer(request, undefined));
      case 'exit':
        return post(answer(request, undefined));
      case 'saveCache':
        return post(answerTo<CacheQuestions>()(request, undefined));
    }
  });
}

function startLanguage({ known }: Partial<LanguageWorkerData>): void {
  const answer = answerTo<LanguageQuestions>();
  const heard: string[] = known ? [`known: ${Buffer.from(known)}`] : [];
  let isBusy = false;
  port.on('message', (message: LanguageRequest | LanguageNotice | Request<CacheQuestions>) => {
    switch (message.kind) {
      case 'begun':
        heard.push(`begun ${message.cell}`);
        if (message.source.startsWith('die')) process.exit(7);
        isBusy = message.source === 'busy';
        return;
      case 'settled':
        return void heard.push(`settled ${message.cell}${message.bound.completed ? '' : ' failed'}`);
      case 'forget':
      case 'packages':
        return void heard.push(message.kind);
      case 'compile': {
        const { source, cell } = message;
        const [command, rest] = source.split('\n')[0]!.split(' ');
        if (command === 'die' && (rest === 'always' || process.env.died !== source)) {
          process.env.died = source;
          process.exit(7);
        }
        if (command === 'stall') for (;;);
        if (command === 'refuse') {
          const refusal = { name: 'SyntaxError', message: rest!, traceback: [] };
          return post(answer(message, { result: { ok: false, problems: [] }, refusal }));
        }
        heard.push(`compile ${cell}`);
        const compiled = { code: source, declarations: [{ name: 'x' }] } as unknown as CompiledCell;
        return post(answer(message, { result: { ok: true, cell: compiled } }));
      }
      case 'complete': {
        if (message.source === 'fail') return post({ kind: 'failed', id: message.id, message: 'it threw' });
        const items = heard.map((text) => ({ text, kind: 'keyword' }) as const);
        const live = message.source === 'a.' ? { path: ['a'], prefix: '' } : undefined;
        return post(answer(message, { completions: { start: 0, end: 0, items }, ...(live && { live }) }));
      }
      case 'inspect':
        return post(answer(message, { live: { path: [message.source], prefix: '' } }));
      case 'completeness':
        return post(answer(message, { status: 'complete' }));
      case 'leave':
        return post(answer(message, isBusy ? undefined : Buffer.from(heard.at(-1) ?? '')));
      case 'saveCache':
        return post(answerTo<CacheQuestions>()(message, undefined));
    }
  });
}

if (workerData.script === 'execution.cjs') startExecution(workerData);
else startLanguage(workerData);
post({ kind: 'ready', build: '' });
