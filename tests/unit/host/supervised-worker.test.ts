// What happens when a worker dies, with small workers that do as they are told.
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Death, SupervisedWorker } from '../../../src/host/supervised-worker';

type Questions = {
  readonly echo: { readonly asks: { readonly text: string }; readonly answers: string };
  /** Never answered. */
  readonly ponder: { readonly asks: object; readonly answers: undefined };
  readonly fail: { readonly asks: object; readonly answers: undefined };
  /** Never answered: the worker ends. */
  readonly die: { readonly asks: object; readonly answers: undefined };
};
type Notice = { readonly kind: 'say'; readonly text: string } | { readonly kind: 'loop' };
type Event = { readonly kind: 'said'; readonly text: string };

const willing = `
  const { parentPort: port } = require('node:worker_threads');
  port.on('message', (message) => {
    const { kind, id, text } = message;
    if (kind === 'echo') port.postMessage({ kind: 'answered', id, answer: text });
    if (kind === 'saveCache') port.postMessage({ kind: 'answered', id });
    if (kind === 'fail') port.postMessage({ kind: 'failed', id, message: 'Error: it threw' });
    if (kind === 'die') process.exit(3);
    if (kind === 'say') port.postMessage({ kind: 'said', text });
    if (kind === 'loop') for (;;);
  });
  port.postMessage({ kind: 'ready', build: '' });
`;

const opened: SupervisedWorker<Questions, Notice, Event>[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((worker) => worker.close()));
});

/** @param scripts what each worker runs, one after the other, or the worker itself; the last one for all that follow */
function supervise(...scripts: (string | Worker)[]) {
  const said: string[] = [];
  const deaths: Death[] = [];
  const logged: string[] = [];
  let made = 0;
  const worker = new SupervisedWorker<Questions, Notice, Event>({
    name: 'test',
    create: () => {
      const script = scripts[Math.min(made++, scripts.length - 1)]!;
      return typeof script === 'string'
        ? new Worker(script, { eval: true, stdout: true, stderr: true })
        : script;
    },
    receive: ({ text }) => said.push(text),
    died: (death) => deaths.push(death),
    log: (message) => logged.push(message),
  });
  opened.push(worker);
  const until = async (isSo: () => boolean) => {
    for (let tries = 0; !isSo(); tries++) {
      if (tries > 1000) throw new Error('it did not happen');
      await delay(5);
    }
  };
  return { worker, said, deaths, logged, until, made: () => made };
}

describe('a worker', () => {
  test('that the system has no room for is not asked for again, and every question is told why', async () => {
    let tries = 0;
    const worker = new SupervisedWorker<Questions, Notice, Event>({
      name: 'test',
      create: () => {
        tries += 1;
        throw new Error('there is no room');
      },
      receive: () => undefined,
      died: () => undefined,
      log: () => undefined,
    });
    opened.push(worker);
    expect(worker.start()).toBe(false);
    worker.post({ kind: 'say', text: 'into the air' });
    await expect(worker.ask('echo', { text: '' })).rejects.toThrow(
      'the test worker cannot start: there is no room',
    );
    expect([tries, worker.broken]).toEqual([1, 'the test worker cannot start: there is no room']);
  });

  test('is made when it is first needed, and answers by number', async () => {
    const { worker, made } = supervise(willing);
    expect(made()).toBe(0);
    const answers = ['a', 'b', 'c'].map((text) => worker.ask('echo', { text }));
    expect(await Promise.all(answers)).toEqual(['a', 'b', 'c']);
    expect(made()).toBe(1);
  });

  test('says things of its own accord, in order with its answers', async () => {
    const { worker, said } = supervise(willing);
    worker.post({ kind: 'say', text: 'one' });
    worker.post({ kind: 'say', text: 'two' });
    await worker.ask('echo', { text: '' });
    expect(said).toEqual(['one', 'two']);
  });

  test('that throws fails one question, and goes on', async () => {
    const { worker, deaths } = supervise(willing);
    await expect(worker.ask('fail', {})).rejects.toMatchObject({
      reason: 'failed',
      message: 'Error: it threw',
    });
    expect(await worker.ask('echo', { text: 'still here' })).toBe('still here');
    expect(deaths).toEqual([]);
  });

  test('that is busy is not waited for longer than one has patience', async () => {
    const { worker } = supervise(willing);
    await worker.ask('echo', { text: '' });
    await expect(worker.ask('ponder', {}, 20)).rejects.toMatchObject({ reason: 'late' });
    expect(await worker.ask('echo', { text: 'a' }, 10_000)).toBe('a');
  });

  test('writes to its stderr for the log', async () => {
    const { worker, logged, until } = supervise(`console.error('look here');${willing}`);
    worker.start();
    await until(() => logged.length > 0);
    expect(logged).toEqual(['test worker: look here']);
  });
});

describe('a worker that dies', () => {
  test('answers nobody any more: all that wait are told, and the next worker is asked', async () => {
    const { worker, deaths, made } = supervise(willing);
    const open = [worker.ask('ponder', {}), worker.ask('ponder', {}), worker.ask('die', {})];
    expect(await Promise.all(open.map((question) => question.catch((error) => error.reason)))).toEqual([
      'lost',
      'lost',
      'lost',
    ]);
    expect(deaths).toEqual([
      {
        code: 3,
        error: undefined,
        isAbandoned: false,
        unanswered: ['ponder', 'ponder', 'die'],
        broken: undefined,
      },
    ]);
    expect(await worker.ask('echo', { text: 'next' })).toBe('next');
    expect(made()).toBe(2);
  });

  test('says what it died of', async () => {
    const { worker, deaths, until } = supervise(
      `setTimeout(() => { throw new TypeError('oh') }, 20);${willing}`,
    );
    worker.start();
    await until(() => deaths.length > 0);
    const { code, error, unanswered } = deaths[0]!;
    expect([code, error!.name, error!.message, unanswered]).toEqual([1, 'TypeError', 'oh', []]);
  });

  test('may throw what is no error', async () => {
    const { worker, deaths, until } = supervise(`setTimeout(() => { throw { why: 'so' } }, 20);${willing}`);
    worker.start();
    await until(() => deaths.length > 0);
    expect(deaths[0]!.error!.message).toBe("{ why: 'so' }");
  });

  test('before it is ready is tried three times, and then never again', async () => {
    const { worker, deaths, made } = supervise('process.exit(1)');
    const message = 'the test worker cannot start (see the server log); tskernel doctor says what is wrong';
    const answer = worker.ask('echo', { text: '' }).catch((error) => error.reason);
    expect(await answer).toBe('lost');
    for (let tries = 0; tries < 200 && worker.start(); tries++) await delay(5);
    await expect(worker.ask('echo', { text: '' })).rejects.toMatchObject({ reason: 'over', message });
    expect(deaths.map(({ broken }) => broken)).toEqual([undefined, undefined, message]);
    worker.post({ kind: 'say', text: 'nobody hears this' });
    expect([made(), worker.start()]).toEqual([3, false]);
  });

  test('before it is ready says of what it died', async () => {
    const { worker, deaths } = supervise("throw new Error('no such directory')");
    worker.start();
    for (let tries = 0; tries < 200 && worker.start(); tries++) await delay(5);
    expect(deaths.at(-1)!.broken).toBe(
      'the test worker cannot start: no such directory (see the server log); tskernel doctor says what is wrong',
    );
  });

  test('twice before it is ready may still start', async () => {
    const { worker, until } = supervise('process.exit(1)', 'process.exit(1)', willing);
    let answer: string | undefined;
    await until(() => {
      worker.ask('echo', { text: 'at last' }).then(
        (text) => {
          answer = text;
        },
        () => undefined,
      );
      return answer !== undefined;
    });
    expect(answer).toBe('at last');
    expect(worker.start()).toBe(true);
  });

  test('of another build is not started again, and the sentence says why', async () => {
    const { worker, logged, deaths, until, made } = supervise(willing.replace("build: ''", "build: 'other'"));
    worker.start();
    await until(() => deaths.length > 0);
    expect(deaths[0]!.broken).toMatch(
      /^the kernel's files are of two builds, .* install or build the kernel again$/,
    );
    expect(logged).toEqual([deaths[0]!.broken]);
    await expect(worker.ask('echo', { text: '' })).rejects.toMatchObject({ reason: 'over' });
    expect(made()).toBe(1);
  });
});

describe('a worker that is told to end', () => {
  test('is replaced, also in the middle of a loop', async () => {
    const { worker, deaths } = supervise(willing);
    worker.post({ kind: 'loop' });
    const question = worker.ask('echo', { text: 'never' });
    worker.dismiss();
    await expect(question).rejects.toMatchObject({ reason: 'lost' });
    expect(deaths).toHaveLength(1);
    expect(await worker.ask('echo', { text: 'next' })).toBe('next');
  });

  test('counts as dead when its thread does not end', async () => {
    const thread = Object.assign(new EventEmitter(), {
      stdout: new PassThrough(),
      stderr: new PassThrough(),
      postMessage() {},
      terminate: () => new Promise<number>(() => undefined),
    });
    const { worker, deaths, made } = supervise(thread as unknown as Worker, willing);
    const question = worker.ask('ponder', {});
    worker.dismiss();
    await expect(question).rejects.toMatchObject({ reason: 'lost' });
    expect(await worker.ask('echo', { text: 'next' })).toBe('next');
    // What it says and when it ends is of no interest any more.
    thread.emit('message', { kind: 'said', text: 'late' });
    thread.emit('exit', 0);
    expect([deaths.length, made()]).toEqual([1, 2]);
  });

  test('for good is not', async () => {
    const { worker, deaths, made } = supervise(willing);
    const question = worker.ask('ponder', {});
    const lost = expect(question).rejects.toMatchObject({ reason: 'lost' });
    await worker.close();
    await lost;
    expect(deaths).toHaveLength(1);
    await expect(worker.ask('echo', { text: '' })).rejects.toMatchObject({ reason: 'over' });
    expect(made()).toBe(1);
  });

  test('once it has said its last word gets no successor', async () => {
    const { worker, deaths, made } = supervise(willing);
    expect(await worker.ask('echo', { text: 'a' })).toBe('a');
    worker.retire();
    expect(await worker.ask('echo', { text: 'last' })).toBe('last');
    await expect(worker.ask('die', {})).rejects.toMatchObject({ reason: 'lost' });
    expect([deaths.length, made(), worker.start()]).toEqual([1, 1, false]);
  });

  test('and was never started has nothing to end', async () => {
    const { worker, deaths, made } = supervise(willing);
    worker.dismiss();
    await worker.close();
    expect([deaths.length, made()]).toEqual([0, 0]);
  });

  test('answers for its cache all the same', async () => {
    const { worker } = supervise(willing);
    await worker.saveCache();
    await worker.close();
    await worker.saveCache();
  });
});
