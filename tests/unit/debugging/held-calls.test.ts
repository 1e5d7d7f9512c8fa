// Calls to the thread: while it is interrupted, and while it stands in the middle of one.
import { expect, test } from '@jest/globals';
import { HeldCalls } from '../../../src/debugging/held-calls';

const connect = async (ready: Promise<void> = Promise.resolve()) => {
  const made: string[] = [];
  const calls = new HeldCalls({
    ready,
    call: (method) => {
      made.push(method);
      return Promise.resolve({ of: method });
    },
    post: () => Promise.resolve(),
    listen: () => () => undefined,
  });
  await null;
  return { calls, made };
};

test('what runs code waits for the end of an interrupt, and keeps its order', async () => {
  const { calls, made } = await connect();
  calls.hold();
  calls.hold();
  const answers = [calls.call('Runtime.evaluate'), calls.call('Runtime.callFunctionOn')];
  await calls.call('Debugger.resume');
  expect(made).toEqual(['Debugger.resume']);
  calls.letGo();
  expect(await Promise.all(answers)).toEqual([{ of: 'Runtime.evaluate' }, { of: 'Runtime.callFunctionOn' }]);
  const skip = 'Debugger.setSkipAllPauses';
  expect(made).toEqual(['Debugger.resume', 'Runtime.evaluate', skip, 'Runtime.callFunctionOn', skip]);
});

test('a thread that has not begun is asked nothing that takes a realm', async () => {
  let begin = () => {};
  const { calls, made } = await connect(
    new Promise((resolve) => {
      begin = resolve;
    }),
  );
  const answers = [calls.call('Runtime.evaluate'), calls.call('Runtime.compileScript')];
  await calls.call('Debugger.enable');
  expect(made).toEqual(['Debugger.enable']);
  begin();
  await Promise.all(answers);
  expect(made).toEqual(['Debugger.enable', 'Runtime.evaluate', 'Runtime.compileScript']);
});

test('without an interrupt nothing waits', async () => {
  const { calls, made } = await connect();
  calls.letGo();
  void calls.call('Runtime.evaluate');
  expect(made).toEqual(['Runtime.evaluate']);
});

test('the thread stands in the middle of a call when it answers what was sent later, and not that', async () => {
  const answer = new Map<string, () => void>();
  const calls = new HeldCalls({
    ready: Promise.resolve(),
    call: (method) => new Promise((resolve) => answer.set(method, () => resolve({}))),
    post: () => Promise.resolve(),
    listen: () => () => undefined,
  });
  await calls.ready;
  const ask = (method: string, params?: object) => void calls.call(method, params);
  expect(calls.isInside()).toBeUndefined();
  ask('Runtime.evaluate', { expression: 'later', awaitPromise: true });
  expect(calls.isInside()).toBeUndefined();
  ask('Runtime.callFunctionOn');
  const isInside = calls.isInside();
  answer.get('Runtime.releaseObjectGroup')!();
  expect(await isInside).toBe(true);
  const wasInside = calls.isInside();
  answer.get('Runtime.callFunctionOn')!();
  answer.get('Runtime.releaseObjectGroup')!();
  expect(await wasInside).toBe(false);
  expect(calls.isInside()).toBeUndefined();
});
