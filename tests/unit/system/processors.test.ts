import { expect, test } from '@jest/globals';
import { areProcessorsTaken } from '../../../src/system/processors';

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
