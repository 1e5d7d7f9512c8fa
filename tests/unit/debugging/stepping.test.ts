// When a step has come to its end: pairs of where V8 stops and whether it goes on.
import { describe, expect, test } from '@jest/globals';
import { Step } from '../../../src/debugging/stepping';
import type { Frame } from '../../../src/debugging/target';

const at = (line: number, column: number, path = 'cell') =>
  ({
    place: { path, line, column },
    call: { location: { scriptId: path, lineNumber: line - 1, columnNumber: column } },
  }) as Frame;

describe('a step over', () => {
  test('goes on within its line', () => {
    const step = new Step('stepOver', at(1, 5), 1);
    expect(step.goesOn(at(1, 9), 1)).toBe(true);
    expect(step.goesOn(at(1, 2), 1)).toBe(true);
  });

  test('ends where it has been: in the next round of a loop', () => {
    const step = new Step('stepOver', at(1, 5), 1);
    expect(step.goesOn(at(1, 9), 1)).toBe(true);
    expect(step.goesOn(at(1, 5), 1)).toBe(false);
    expect(step.goesOn(at(1, 9), 1)).toBe(false);
  });

  test.each([
    ['on another line', at(2, 5), 1],
    ['in another source', at(1, 9, 'other'), 1],
    ['in a call of the same line', at(1, 9), 2],
    ['in who called it', at(1, 9), 0],
  ])('ends %s', (_, place, depth) => {
    expect(new Step('stepOver', at(1, 5), 1).goesOn(place, depth)).toBe(false);
  });
});

test('a step out ends wherever it comes', () => {
  expect(new Step('stepOut', at(1, 5), 2).goesOn(at(1, 9), 2)).toBe(false);
});

test('a step in dives through code of Node’s, but not for ever', () => {
  const step = new Step('stepInto', at(1, 5), 1);
  const ways = new Set(Array.from({ length: 300 }, () => step.wayOn()));
  expect([...ways, step.wayOn()]).toEqual(['stepInto', 'stepOut']);
  expect(new Step('stepOver', at(1, 5), 1).wayOn()).toBe('stepOut');
});

test('a step that V8 stopped where it began has not moved', () => {
  const step = new Step('stepOver', at(1, 5), 1);
  expect(step.hasNotMoved(at(1, 5), 1)).toBe(true);
  expect(step.hasNotMoved(at(1, 9), 1)).toBe(false);
  expect(step.hasNotMoved(at(1, 5), 2)).toBe(false);
});

test('a step waits where the thread has left the function, unless that has ended', () => {
  const step = new Step('stepInto', at(1, 5), 1);
  expect(step.waiting).toMatchObject({ place: { line: 1, column: 5 } });
  step.goesOn(at(1, 9), 1);
  expect(step.waiting).toMatchObject({ place: { line: 1, column: 9 } });
  const end = at(1, 20);
  step.goesOn({ ...end, call: { ...end.call, returnValue: { type: 'undefined' } } }, 1);
  expect(step.waiting).toBeUndefined();
  expect(new Step('stepOut', at(1, 5), 2).waiting).toBeUndefined();
});
