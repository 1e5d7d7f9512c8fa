// How a worker is stopped, step by step, with a worker that only looks busy.
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Evaluations } from '../../../src/control/evaluations';
import type { WorkerInspector } from '../../../src/control/inspector';
import { Interruption } from '../../../src/control/interruption';
import { Activity, SharedState } from '../../../src/threads/shared';

const survivesAnywhere = Number(process.versions.node.split('.')[0]) >= 24;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** @param strikes whether a termination strikes at once @param isPaused whether a debugger has paused it */
function open(activity: Activity = Activity.idle, isAttended = false, strikes = true, isPaused = false) {
  let lookTime = 0;
  let hasSeveral = false;
  const shared = new SharedState();
  shared.activity = activity;
  const done: string[] = [];
  /** With the search for the place. */
  const steps: string[] = [];
  let isReachable = true;
  /** What the inspector has been asked and has not answered. */
  let strike: (() => void) | undefined;
  const interruption: Interruption = new Interruption({
    hasSeveral: () => hasSeveral,
    evaluations: new Evaluations(shared),
    shared,
    inspector: {
      async call(method: string) {
        if (!isReachable) throw new Error('no inspector');
        done.push(method);
        steps.push('cut off');
        if (strikes) return;
        await new Promise<void>((resolve) => {
          strike = resolve;
        });
      },
    } as unknown as WorkerInspector,
    whereabouts: {
      async find() {
        steps.push('find');
        if (lookTime > 0) await new Promise<void>((resolve) => void setTimeout(resolve, lookTime));
        return [{ name: 'spin', file: '/x', line: 1, column: 1 }];
      },
      free: () => void done.push('free'),
      release: (isOver) => void steps.push(isOver ? 'let go' : 'go on'),
    },
    ask(token, isForced, [place]) {
      done.push(`${isForced ? 'again' : 'ask'} ${token}`);
      steps.push(place ? `say ${place.name}` : 'ask');
    },
    isPaused: () => isPaused,
    tell: () => {
      if (isAttended) done.push('tell');
      return isAttended;
    },
    replace: () => {
      done.push('replace');
      interruption.close();
    },
  });
  return {
    interruption,
    shared,
    done,
    steps,
    unreachable() {
      isReachable = false;
    },
    strike: () => strike?.(),
    /** Another cell is under way, and the worker says in 40 ms where it is. */
    haveSeveral() {
      hasSeveral = true;
      lookTime = 40;
    },
    pass: (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds),
  };
}

describe('an interrupt', () => {
  test('cuts off nothing of a worker that still starts', async () => {
    const { interruption, done, pass } = open(Activity.cell);
    Object.assign(interruption.options.inspector, { isStarting: true });
    interruption.start();
    await pass(10_000);
    expect(done).toEqual(['ask 1']);
    Object.assign(interruption.options.inspector, { isStarting: false });
    await pass(100);
    expect(done).toContain('Runtime.terminateExecution');
  });

  test('is a question first, and over when it is answered in time', async () => {
    const { interruption, done, pass } = open(Activity.cell);
    interruption.start();
    expect(interruption.underway).toBeDefined();
    await pass(29);
    interruption.acknowledge(1);
    expect(interruption.underway).toBeUndefined();
    await pass(10_000);
    expect(done).toEqual(['ask 1']);
  });

  test('cuts off a loop of the cell, and asks again', async () => {
    const { interruption, done, pass } = open(Activity.cell);
    interruption.start();
    await pass(31);
    expect(done).toEqual(['ask 1', 'Runtime.terminateExecution', 'again 1']);
    interruption.acknowledge(1);
    await pass(10_000);
    expect(done).toHaveLength(3);
  });

  test('finds out where the loop is before it cuts it off, lets it go on, and says where', async () => {
    const { interruption, shared, steps, pass } = open(Activity.cell);
    interruption.start();
    await pass(31);
    expect(steps).toEqual(['ask', 'find', 'cut off', 'go on', 'say spin']);
    expect(shared.wasCutOff(1)).toBe(true);
    expect(shared.wasCutOff(2)).toBe(false);
    interruption.acknowledge(1);
    expect(steps.at(-1)).toBe('let go');
  });

  test('of one of several cells leaves time for an answer once a termination has struck: the next would strike another cell', async () => {
    const { interruption, done, haveSeveral, pass } = open(Activity.cell);
    haveSeveral();
    interruption.start();
    await pass(341);
    expect(done).toEqual(['ask 1', 'Runtime.terminateExecution', 'again 1']);
    await pass(290);
    expect(done).toHaveLength(3);
    interruption.acknowledge(1);
    await pass(10_000);
    expect(done).toHaveLength(3);
  });

  test('is over only when its termination has struck, for which it goes on asking', async () => {
    const { interruption, done, strike, pass } = open(Activity.cell, false, false);
    interruption.start();
    await pass(31);
    interruption.acknowledge(1);
    expect(interruption.underway).toBeDefined();
    await pass(100);
    expect(done).toEqual(['ask 1', 'Runtime.terminateExecution', 'again 1', 'again 1', 'again 1']);
    interruption.acknowledge(1);
    expect(interruption.underway).toBeDefined();
    strike();
    await pass(0);
    expect(interruption.underway).toBeUndefined();
    await pass(10_000);
    expect(done).toHaveLength(5);
  });

  test('cuts off nothing that takes shelter while it was looked for, until that is over', async () => {
    const { interruption, shared, steps, done, pass } = open(Activity.cell);
    interruption.start();
    await pass(29);
    let leave = () => {};
    const work = () =>
      new Promise<void>((resolve) => {
        leave = resolve;
      });
    const sheltered = shared.shelter(work);
    await pass(200);
    expect(done).toEqual(['ask 1']);
    leave();
    await sheltered;
    await pass(50);
    expect(steps).toContain('cut off');
    interruption.close();
  });

  test('has one termination under way at a time', async () => {
    const { interruption, done, strike, pass } = open(Activity.cell, false, false);
    const terminations = () => done.filter((what) => what.startsWith('Runtime'));
    interruption.start();
    await pass(31 + 50 * 4);
    expect(terminations()).toHaveLength(1);
    strike();
    await pass(50);
    expect(terminations()).toHaveLength(2);
  });

  test('that the cell felt waits for a termination that was sent before', async () => {
    const { interruption, shared, strike, pass } = open(Activity.cell, false, false);
    interruption.start();
    await pass(31);
    shared.noteFelt();
    await pass(100);
    expect(interruption.underway).toBeDefined();
    strike();
    await pass(0);
    expect(interruption.underway).toBeUndefined();
  });

  test('is tried every 50 ms, and after 5 s the worker is given up', async () => {
    const { interruption, done, pass } = open(Activity.cell);
    interruption.start();
    await pass(30 + 50 * 4 + 1);
    expect(done.filter((what) => what.startsWith('Runtime'))).toHaveLength(5);
    await pass(6000);
    expect(done.filter((what) => what === 'replace')).toHaveLength(1);
    expect(done.at(-1)).toBe('replace');
    expect(interruption.underway).toBeUndefined();
  });

  test('of a builtin that a person watches asks for a second one, which ends the worker', async () => {
    const { interruption, done, pass } = open(Activity.cell, true);
    interruption.start();
    await pass(10_000);
    expect(done).toContain('tell');
    expect(done).not.toContain('replace');
    interruption.start();
    expect(done.at(-1)).toBe('replace');
  });

  test('of a builtin that comes back after that is over, and the next one begins anew', async () => {
    const { interruption, done, pass } = open(Activity.cell, true);
    interruption.start();
    await pass(10_000);
    interruption.acknowledge(1);
    expect(interruption.underway).toBeUndefined();
    interruption.start();
    await pass(100);
    expect(done).not.toContain('replace');
  });

  test('that the cell felt as an error is over', async () => {
    const { interruption, shared, done, pass } = open(Activity.cell);
    interruption.start();
    shared.noteFelt();
    await pass(10_000);
    expect(done).toEqual(['ask 1']);
    expect(interruption.underway).toBeUndefined();
  });

  test('of a callback, or with async_hooks in use, replaces the worker where a termination would kill the process', async () => {
    for (const activity of [Activity.callback, Activity.cell]) {
      const { interruption, shared, done, pass } = open(activity);
      if (activity === Activity.cell) shared.noteHooks();
      interruption.start();
      await pass(31);
      expect(done).toEqual(
        survivesAnywhere ? ['ask 1', 'Runtime.terminateExecution', 'again 1'] : ['ask 1', 'free'],
      );
      if (survivesAnywhere) {
        interruption.close();
        continue;
      }
      // It was not a debugger that held it.
      await pass(50);
      expect(done).toEqual(['ask 1', 'free', 'replace']);
      interruption.close();
    }
  });

  (survivesAnywhere ? test.skip : test)('leaves a worker at rest alone for a second', async () => {
    const { interruption, done, pass } = open(Activity.idle);
    interruption.start();
    await pass(950);
    expect(done).toEqual(['ask 1']);
    await pass(150);
    expect(done).toEqual(['ask 1', 'free', 'replace']);
  });

  test('does not wait for an answer of a worker that a debugger has paused', async () => {
    const inCell = open(Activity.cell, false, true, true);
    inCell.interruption.start();
    await inCell.pass(1);
    expect(inCell.done).toEqual(['ask 1', 'Runtime.terminateExecution', 'again 1']);
    const inCallback = open(Activity.callback, false, true, true);
    inCallback.interruption.start();
    await inCallback.pass(1);
    expect(inCallback.done).toEqual(
      survivesAnywhere ? ['ask 1', 'Runtime.terminateExecution', 'again 1'] : ['ask 1', 'free'],
    );
  });

  test('replaces a worker that the inspector does not reach', async () => {
    const { interruption, done, unreachable, pass } = open(Activity.cell);
    unreachable();
    interruption.start();
    await pass(31);
    expect(done).toEqual(['ask 1', 'again 1', 'replace']);
  });

  test('while another one is underway asks anew, and only the new answer counts', async () => {
    const { interruption, done, pass } = open(Activity.cell);
    interruption.start();
    interruption.start();
    interruption.acknowledge(1);
    expect(interruption.underway).toBeDefined();
    interruption.acknowledge(2);
    expect(interruption.underway).toBeUndefined();
    await pass(10_000);
    expect(done).toEqual(['ask 1', 'ask 2']);
  });

  test('lets what waits for its end go on, also when the worker is gone', async () => {
    const { interruption } = open(Activity.cell);
    interruption.start();
    const waited = interruption.underway;
    interruption.close();
    await waited;
  });
});
