import { describe, expect, test } from '@jest/globals';
import { areProcessorsTaken, watchFreeProcessors } from '../../../src/system/processors';

const machine = (running: number, own: number, all = own) => ({
  load: () => `0.20 0.18 0.12 ${running}/734 51234\n`,
  own: () => own,
  all: () => all,
});

test.each([
  ['nobody else wants to run', machine(1, 2), false],
  ['a processor is left', machine(2, 2), false],
  ['as many others want to run as there are processors', machine(3, 2), true],
  ['a container has two of many processors, and others have work of their own', machine(20, 2, 64), false],
  ['the machine of a container is full', machine(80, 2, 64), true],
])('%s', (_what, questions, taken) => {
  expect(areProcessorsTaken(questions)).toBe(taken);
});

test('where the system says nothing, nothing is held back', () => {
  const denied = () => {
    throw new Error('denied');
  };
  expect(areProcessorsTaken({ ...machine(9, 1), load: denied })).toBe(false);
  expect(areProcessorsTaken({ ...machine(9, 1), load: () => 'something else' })).toBe(false);
});

describe('how many processors were free', () => {
  /** Linux's list of what a machine of two has done since it was started, in ticks. */
  const stat = (user: number, idle: number, disks = 0) =>
    `cpu  ${user} 0 0 ${idle} ${disks} 0 0 0 ${user} 0\ncpu0 1 0 0 1\ncpu1 1 0 0 1\nintr 4711\nctxt 42\n`;

  test('is told of the time since it was last asked', () => {
    const said = [stat(1000, 5000), stat(1010, 5030), stat(1050, 5030), stat(1050, 5040, 30)];
    const countFree = watchFreeProcessors(() => said.shift()!);
    expect([countFree(), countFree(), countFree()]).toEqual([1.5, 0, 2]);
  });

  test.each([
    [
      'there is no such file',
      () => {
        throw new Error('ENOENT');
      },
    ],
    ['it says nothing', () => 'cpu  0 0 0 0 0 0 0 0 0 0\n'],
    ['it says something else', () => 'processors: many\n'],
  ])('are all where %s', (_what, read: () => string) => {
    expect(watchFreeProcessors(read)()).toBe(Number.POSITIVE_INFINITY);
  });
});
