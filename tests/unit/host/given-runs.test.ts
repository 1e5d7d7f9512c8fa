// Runs that the cells' thread was given, until each has its end.
import { expect, test } from '@jest/globals';
import { nothingBound } from '../../../src/compile/types';
import { GivenRuns, type RunResult } from '../../../src/host/given-runs';
import type { Run } from '../../../src/threads/execution-protocol';

const run = (id: number): Run => ({ id, cell: id }) as Run;
const ended: RunResult = { outcome: { status: 'ok', payloads: [] }, bound: nothingBound };
const late: RunResult = {
  outcome: { status: 'error', error: { name: 'Error', message: '', traceback: [] } },
  bound: nothingBound,
};

test('a run has one end, in whichever order they come', async () => {
  const runs = new GivenRuns();
  const [one, two] = [runs.add(run(1)), runs.add(run(2))];
  expect(runs.all.map(({ run }) => run.id)).toEqual([1, 2]);
  runs.settle(2, ended);
  runs.settle(2, late);
  expect([runs.has(2), runs.size]).toEqual([false, 1]);
  runs.settle(1, ended);
  expect([await one, await two]).toEqual([ended, ended]);
});

test('a run that goes on in the background is no longer waited for, and has an end of its own', async () => {
  const runs = new GivenRuns();
  const given = runs.add(run(1));
  expect(runs.inFront).toBe(1);
  runs.leave(1, [{ kind: 'leave' }]);
  expect([runs.inFront, runs.size]).toEqual([0, 1]);
  const { outcome, rest } = await given;
  expect(outcome).toEqual({ status: 'ok', payloads: [{ kind: 'leave' }] });
  runs.settle(1, late);
  expect(await rest).toBe(late);
});

test('one that has ended cannot leave', async () => {
  const runs = new GivenRuns();
  const given = runs.add(run(1));
  runs.settle(1, ended);
  runs.leave(1, []);
  expect([(await given).rest, runs.size]).toEqual([undefined, 0]);
});
