// What a person sees of what was thrown, from the text of its stack on. The stacks themselves: stacks.test.ts.
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { keyOf } from '../../../../src/compile/keys';
import { packSegments } from '../../../../src/compile/position';
import { ErrorFormatter, type Explain, type FailedRun } from '../../../../src/execution/errors/errors';
import { interruptAt } from '../../../../src/execution/errors/interrupted';
import { Labels } from '../../../../src/execution/errors/labels';
import { KeyboardInterrupt } from '../../../../src/execution/errors/stops';

const labels = new Labels('/home');
const register = (id: number, source: string) =>
  labels.register(id, {
    name: `${id}`,
    label: `Cell [${id}]`,
    source,
    map: { segments: packSegments([]) },
  });
const first = register(1, 'function f() {\n  g()\n}');
const second = register(2, 'f()');

const stacks = {
  keep() {},
  read: <T>(work: () => T) => work(),
  deeperFrames: () => [],
  isKernelFile: () => false,
};
const plain = (text: string) => text.replace(/\u001b\[[\d;]+m/g, '');

/** The lines that are shown. */
function shown(thrown: unknown, { run, explain }: { run?: FailedRun; explain?: Explain } = {}): string[] {
  const { traceback } = new ErrorFormatter(labels, stacks, explain).format(thrown, run);
  return traceback.flatMap((part) => plain(part).split('\n'));
}

/** An error with a stack. */
function thrownAt<E extends Error>(error: E, ...frames: string[]): E {
  const lines = [`${error.name}: ${error.message}`, ...frames.map((frame) => `    at ${frame}`)];
  return Object.defineProperty(error, 'stack', { value: lines.join('\n') });
}

const never = () => {
  throw new Error('code of the thrown value ran');
};

test('the message, the place in the cell, and who called whom', () => {
  expect(shown(thrownAt(new TypeError('no'), 'f (Cell [1]:2:3)', 'Cell [2]:1:1'))).toEqual([
    'TypeError: no',
    'Cell [1]:2:3',
    '  1 | function f() {',
    '> 2 |   g()',
    '    |   ^',
    '  3 | }',
    '    at f (Cell [1]:2:3)',
    '    at Cell [2]:1:1',
  ]);
});

test('the place is the first one in a cell', () => {
  const lines = shown(thrownAt(new Error('no'), 'parse (/lib/a.js:1:1)', 'Cell [2]:1:1'));
  expect(lines.slice(1)).toEqual([
    'Cell [2]:1:1',
    '> 1 | f()',
    '    | ^',
    '    at parse (/lib/a.js:1:1)',
    '    at Cell [2]:1:1',
  ]);
});

test('a subclass without a name of its own goes by that of its class', () => {
  class Missing extends Error {}
  class Named extends Error {
    override name = 'Renamed';
  }
  const formatter = new ErrorFormatter(labels, stacks);
  expect([new Missing('a'), new Named('a')].map((error) => formatter.format(error).name)).toEqual([
    'Missing',
    'Renamed',
  ]);
});

describe('what is no error', () => {
  test.each([
    [1, 'Thrown: 1'],
    ['a', "Thrown: 'a'"],
    [undefined, 'Thrown: undefined'],
    [null, 'Thrown: null'],
    [{ a: 1 }, 'Thrown: { a: 1 }'],
    [{ name: 'HttpError', message: 'gone' }, 'HttpError: gone'],
    [{ name: 'Ann', message: 'hello' }, "Thrown: { name: 'Ann', message: 'hello' }"],
  ])('%j', (thrown, line) => expect(shown(thrown)).toEqual([line]));
});

test('no getter of the thrown value runs but those of its name and its message', () => {
  const error = thrownAt(new Error('a'), 'Cell [2]:1:1');
  for (const key of ['code', 'cause', 'errors', 'extra'])
    Object.defineProperty(error, key, { get: never, enumerable: true });
  expect(shown(error)[0]).toBe('Error: a');
});

test('what cannot be shown at all is still an answer', () => {
  const proxy = new Proxy(new Error('a'), { getPrototypeOf: never, getOwnPropertyDescriptor: never });
  expect(shown(proxy)).toEqual(['Error: the thrown value cannot be shown']);
});

test('properties of an error are shown, those that everybody knows are not', () => {
  const error = Object.assign(thrownAt(new Error('a'), 'Cell [2]:1:1'), { code: 'E_BAD', tries: 3 });
  expect(shown(error).at(-1)).toBe("{ code: 'E_BAD', tries: 3 }");
});

describe('errors inside', () => {
  const inner = () => thrownAt(new RangeError('deep'), 'Cell [2]:1:1');
  const frame = ['Cell [2]:1:1', '> 1 | f()', '    | ^', '    at Cell [2]:1:1'];

  test('a cause is indented under its title', () => {
    const lines = shown(thrownAt(new Error('a', { cause: inner() })));
    expect(lines).toEqual([
      'Error: a',
      'Caused by:',
      '  RangeError: deep',
      ...frame.map((line) => `  ${line}`),
    ]);
  });

  test('a cause that is no error is just shown', () => {
    expect(shown(thrownAt(new Error('a', { cause: 'b' }))).slice(1)).toEqual(['Caused by:', "  'b'"]);
  });

  test('an error that is its own cause is shown once', () => {
    const error = thrownAt(new Error('a'));
    error.cause = error;
    expect(shown(error)).toEqual(['Error: a', 'Caused by: [circular]']);
  });

  test('the members of an aggregate are counted', () => {
    const lines = shown(thrownAt(new AggregateError([inner(), 2], 'a')));
    expect(lines.filter((line) => line.endsWith(':'))).toEqual(['Error 1 of 2:', 'Error 2 of 2:']);
    expect(lines.at(-1)).toBe('  2');
  });

  test('a chain of causes ends somewhere', () => {
    let error = thrownAt(new Error('0'));
    for (let depth = 1; depth < 100; depth++) error = thrownAt(new Error(`${depth}`, { cause: error }));
    expect(shown(error).filter((line) => line.includes('Error: '))).toHaveLength(9);
  });
});

test('an interrupt has the place where it came', () => {
  expect(shown(thrownAt(new KeyboardInterrupt(), 'Cell [2]:1:1')).slice(0, 3)).toEqual([
    'KeyboardInterrupt: the cell was interrupted; variables are kept',
    'Cell [2]:1:1',
    '> 1 | f()',
  ]);
  const at = (file: string, name: string, line: number, column: number) => ({ file, name, line, column });
  const places = [
    at('', '', 1, 1),
    at(pathToFileURL(first).href, keyOf('f'), 2, 3),
    at(pathToFileURL(second).href, '', 1, 1),
    at('file:///kernel/execution.cjs', 'callCell', 1, 1),
  ];
  const interrupt = interruptAt(places, labels, (file) => file.startsWith('/kernel'));
  expect(shown(interrupt)).toEqual([
    'KeyboardInterrupt: the cell was interrupted; variables are kept',
    'Cell [1]:2:3',
    '  1 | function f() {',
    '> 2 |   g()',
    '    |   ^',
    '  3 | }',
    '    at f (Cell [1]:2:3)',
    '    at Cell [2]:1:1',
  ]);
});

test('the text that code gave a stack is shown instead of the message', () => {
  const error = Object.defineProperty(new Error('a'), 'stack', { value: 'my own words' });
  expect(shown(error)).toEqual(['my own words']);
});

describe('an explanation', () => {
  const explain: Explain = ({ code }) =>
    code === 'E_LOST' ? { message: 'It is lost', hints: ['Look behind the sofa.'] } : undefined;
  const lost = () => Object.assign(thrownAt(new Error('ENOENT'), 'a (/lib/a.js:1:1)'), { code: 'E_LOST' });

  test('takes the place of the message, of foreign frames and of properties', () => {
    expect(shown(lost(), { explain })).toEqual(['Error: It is lost', 'Look behind the sofa.']);
  });

  test('is asked for of errors only', () => {
    expect(shown({ code: 'E_LOST' }, { explain: never })).toEqual(["Thrown: { code: 'E_LOST' }"]);
  });
});

describe('syntax that V8 refuses', () => {
  test('is shown where the head of the stack says', () => {
    const error = new SyntaxError('Unexpected token');
    Object.defineProperty(error, 'stack', {
      value: `${first}:2\n  g()\n  ^\n\nSyntaxError: Unexpected token\n    at wrapSafe (node:internal:1:1)`,
    });
    expect(shown(error)).toEqual([
      'SyntaxError: Unexpected token',
      'Cell [1]:2:3',
      '  1 | function f() {',
      '> 2 |   g()',
      '    |   ^',
      '  3 | }',
    ]);
  });
});

test('a module that fails again is not shown at the cell that imported it before', () => {
  const error = thrownAt(new Error('bad'), '/home/own.ts:1:7', 'Cell [1]:2:3');
  const formatter = new ErrorFormatter(labels, stacks);
  const position = (file: string) => ({ file, place: labels.findOffset(file, 0) });
  const placed = (file: string) =>
    formatter
      .format(error, position(file))
      .traceback.map(plain)
      .filter((line) => /^Cell \[\d\]:/.test(line));
  expect(placed(first)).toEqual(['Cell [1]:2:3']);
  expect(placed(second)).toEqual(['Cell [2]:1:1']);
});
