// In which order the thread hears of what is evaluated, and of when it may stop.
import { expect, test } from '@jest/globals';
import { Pauses } from '../../../src/debugging/pauses';

/** @param isGone whether nothing is sent any more when the second message should be */
function open(isGone = false) {
  const steps: string[] = [];
  let send = (): void => undefined;
  const target = {
    call: async (method: string, { skip }: { skip: boolean }) => void steps.push(`${method}: ${skip}`),
    async post(method: string, { skip }: { skip: boolean }) {
      if (isGone) throw new Error('The thread of the cells has ended.');
      await new Promise<void>((resolve) => {
        send = resolve;
      });
      steps.push(`${method}: ${skip}`);
    },
    on: () => () => undefined,
  };
  const pauses = new Pauses({ target } as unknown as ConstructorParameters<typeof Pauses>[0]);
  const evaluated = pauses.evaluate(
    async () => {
      steps.push('sent');
      return 5;
    },
    { beginSending: () => void steps.push('wait'), endSending: () => void steps.push('begin') },
  );
  return { steps, evaluated, send: () => send() };
}

/** A thread that stands still. @param refuse with what V8 refuses to let it go on */
function stand(refuse: string) {
  const told: string[] = [];
  let pause = (_: object): void => undefined;
  const target = {
    call: async () => {
      throw new Error(refuse);
    },
    on: (event: string, listener: (params: object) => void) => {
      if (event === 'Debugger.paused') pause = listener;
      return () => undefined;
    },
  };
  const pauses = new Pauses({
    target,
    hold: () => undefined,
    load: () => undefined,
    isInside: () => undefined,
    locate: () => ({ path: 'cell', line: 1, column: 1 }),
    functionName: () => 'f',
    stopped: () => void told.push('stopped'),
    continued: () => void told.push('continued'),
  } as unknown as ConstructorParameters<typeof Pauses>[0]);
  pause({ reason: 'other', hitBreakpoints: ['one'], callFrames: [{ functionName: 'f', location: {} }] });
  return { pauses, told };
}

const turn = () => new Promise(setImmediate);

test('what is evaluated begins when the thread has been told that it may stop again', async () => {
  const { steps, evaluated, send } = open();
  await turn();
  expect(steps).toEqual(['Debugger.setSkipAllPauses: true', 'wait', 'sent']);
  send();
  await turn();
  expect(steps.slice(3)).toEqual(['Debugger.setSkipAllPauses: false', 'begin']);
  expect(await evaluated).toBe(5);
});

test('a thread that can be told nothing more does not wait for it', async () => {
  const { steps, evaluated } = open(true);
  expect(await evaluated).toBe(5);
  await turn();
  expect(steps.slice(1)).toEqual(['wait', 'sent', 'begin']);
});

test('a thread that goes on and ends has gone on, whether or not V8 could say so', async () => {
  for (const goOn of [(pauses: Pauses) => pauses.resume(), (pauses: Pauses) => pauses.step('stepOver')]) {
    const { pauses, told } = stand('The thread of the cells has ended.');
    await goOn(pauses);
    expect(told).toEqual(['stopped', 'continued']);
  }
});

test('one that V8 says had gone on before needs nobody to let it go; it cannot make a step', async () => {
  const refusal = 'Can only perform operation while paused.';
  const { pauses, told } = stand(refusal);
  await pauses.resume();
  expect(told).toEqual(['stopped', 'continued']);
  await expect(stand(refusal).pauses.step('stepInto')).rejects.toThrow(refusal);
});
