// The text of `error.stack` as programs read it, with the names of cells. The "cells" are files with the names of scripts,
// so that their code runs in the realm of the test.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { packSegments } from '../../../../src/compile/position';
import { Labels } from '../../../../src/execution/errors/labels';
import { callCell, installStackTraces, type StackTraces } from '../../../../src/execution/errors/stacks';

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'stacks-')));
const labels = new Labels(directory);
const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
let stacks: StackTraces;
let cells = 0;

beforeAll(() => {
  stacks = installStackTraces(labels, (file) => file.includes('/src/execution/') || file === __filename);
});
afterEach(() => {
  (Error as { prepareStackTrace: unknown }).prepareStackTrace = undefined;
  stacks.keep();
});
afterAll(() => {
  if (before) Object.defineProperty(Error, 'prepareStackTrace', before);
  else Reflect.deleteProperty(Error, 'prepareStackTrace');
  rmSync(directory, { recursive: true });
});

/** Runs a cell, whose code begins in its second line. @returns what it exports */
function run<T>(code: string): T {
  const source = `\n${code}`;
  const id = ++cells;
  const label = `Cell [${id}]`;
  const file = labels.register(id, { name: `${id}`, label, source, map: { segments: packSegments([]) } });
  writeFileSync(file, source);
  return callCell(() => require(file) as T, undefined);
}

/** The stack of an error that a cell makes. */
const stackOf = (code: string) => run<{ stack: string }>(`exports.stack = (() => {\n${code}\n})();`).stack;

test('a frame of a cell has its label and place', () => {
  const [head, ...frames] = stackOf('function f() { return new TypeError("no") }\nreturn f().stack').split(
    '\n',
  );
  expect(head).toBe('TypeError: no');
  expect(frames.slice(0, 2)).toEqual([
    `    at f (Cell [${cells}]:3:23)`,
    expect.stringContaining(`Cell [${cells}]:4:8`),
  ]);
});

test('what called the cell is no part of the program', () => {
  expect(stackOf('return new Error("a").stack')).not.toContain('stacks.test');
});

test('a name that is missing is pointed at, not the assignment to it', () => {
  const stack = stackOf('let x\ntry { x = [1, missing] } catch (error) { return error.stack }');
  expect(stack.split('\n')[1]).toContain(`Cell [${cells}]:4:15`);
});

test('a function that code puts there makes the stacks, and gets sites with the places of the source', () => {
  const { site } = run<{ site: [string, number] }>(`
    Error.prepareStackTrace = (_, [site]) => [site.getFileName(), site.getLineNumber()];
    exports.site = new Error('a').stack;`);
  expect(site).toEqual([expect.stringContaining(`Cell [${cells}]`), 4]);
});

describe('the kernel reads its own text', () => {
  test('while code has a function of its own', () => {
    Error.prepareStackTrace = () => 'mine';
    expect(new Error('a').stack).toBe('mine');
    expect(stacks.read(() => new Error('a').stack)).toMatch(/^Error: a/);
    expect(new Error('a').stack).toBe('mine');
  });

  test('also when reading throws', () => {
    Error.prepareStackTrace = () => 'mine';
    expect(() =>
      stacks.read(() => {
        throw 1;
      }),
    ).toThrow();
    expect(new Error('a').stack).toBe('mine');
  });

  test('again after code took the property away', () => {
    Reflect.deleteProperty(Error, 'prepareStackTrace');
    stacks.keep();
    expect(stackOf('return new Error("a").stack')).toContain(`Cell [${cells}]:3:8`);
  });
});

test.each([
  ['undefined', undefined],
  ['null', null],
  ['a text', 'mine'],
])('%s instead of a function means the default', (_, value) => {
  (Error as { prepareStackTrace: unknown }).prepareStackTrace = value;
  expect(new Error('a').stack).toMatch(/^Error: a/);
});

test('the head says the code of an error that says it itself, as Node does', () => {
  const { stack } = run<{ stack: string }>(`
    class Coded extends TypeError {
      code = 'ERR_OWN';
      toString() { return 'TypeError [ERR_OWN]: ' + this.message }
    }
    exports.stack = new Coded('no').stack;`);
  expect(stack).toMatch(/^TypeError \[ERR_OWN\]: no\n/);
});
