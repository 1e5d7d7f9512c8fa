// What a person is shown of an error: their own lines, each once, and nothing that helps nobody.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { show, withStack } from './formatter';

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'tskernel-errors-')));
afterAll(() => rmSync(directory, { recursive: true }));

describe('frames', () => {
  const cells = ['start()'];

  test('of Node are left out, those of packages stay', () => {
    const error = withStack(
      new TypeError('no'),
      'makeNetworkError (node:internal/deps/undici/undici:9495:35)',
      'send (/home/node_modules/client/index.js:4:5)',
      'Socket.emit (node:events:524:28)',
      'process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
      'async Cell [1]:1:1',
    );
    expect(show(error, { cells })).toBe(
      `TypeError: no
Cell [1]:1:1
> 1 | start()
    | ^
    at send (/home/node_modules/client/index.js:4:5)
    at async Cell [1]:1:1`,
    );
  });

  test('of a recursion are told once, also when several functions call one another', () => {
    const once = 'down (Cell [1]:1:3)';
    const frames = (...all: string[]) =>
      show(withStack(new Error('deep'), ...all), { cells })
        .split('\n')
        .slice(4);
    expect(frames(once, ...Array.from({ length: 9 }, () => 'down (Cell [1]:1:5)'))).toEqual([
      '    at down (Cell [1]:1:3)',
      '    at down (Cell [1]:1:5)',
      '    ... the same 8 more times',
    ]);
    const round = ['even (Cell [1]:1:1)', 'odd (Cell [1]:1:2)'];
    expect(frames(...round, ...round, ...round, 'Cell [1]:1:1')).toEqual([
      '    at even (Cell [1]:1:1)',
      '    at odd (Cell [1]:1:2)',
      '    ... the same 2 more times',
      '    at Cell [1]:1:1',
    ]);
    expect(frames(once, once)).toEqual([`    at ${once}`, `    at ${once}`]);
  });

  test('of a library that is deeper than a stack do not hide the cell', () => {
    const error = withStack(new Error('deep'), 'parse (/home/node_modules/parser/index.js:1:1)');
    expect(show(error, { cells, deeper: ['read (Cell [1]:1:1)', 'Cell [1]:1:6'] })).toBe(
      `Error: deep
Cell [1]:1:1
> 1 | start()
    | ^
    at parse (/home/node_modules/parser/index.js:1:1)
    ...
    at read (Cell [1]:1:1)
    at Cell [1]:1:6`,
    );
  });

  test('are those of the stack, not of a stack in the message', () => {
    const error = withStack(new Error('\n    at inner (/x.js:1:1)\n    exit code: 3'), 'Cell [1]:1:1');
    expect(show(error, { cells }).match(/ at inner/g)).toHaveLength(1);
  });
});

describe('an error in a file of one’s own', () => {
  const file = join(directory, 'prices.ts');
  writeFileSync(
    file,
    'export function price(x: number) {\n  if (x < 0) throw new RangeError("below 0")\n}\n',
  );

  test.each([file, pathToFileURL(file).href, `${pathToFileURL(file).href}?version=3`])(
    'shows the line there, then the cell’s: %s',
    (name) => {
      const error = withStack(
        new RangeError('below 0'),
        'check (/home/node_modules/checks/index.js:1:1)',
        `price (${name}:2:20)`,
        'Cell [1]:1:1',
      );
      expect(show(error, { cells: ['price(-1)'] })).toContain(
        `RangeError: below 0
${file}:2:20
  1 | export function price(x: number) {
> 2 |   if (x < 0) throw new RangeError("below 0")
    |                    ^
  3 | }
Cell [1]:1:1
> 1 | price(-1)
    | ^
    at check`,
      );
    },
  );

  test('that called back into the cell shows the cell’s line alone', () => {
    const error = withStack(new Error('back'), 'Cell [1]:1:2', `price (${file}:2:20)`, 'Cell [1]:1:1');
    expect(show(error, { cells: ['price(-1)'] })).not.toContain('> 2 |');
  });

  test('that has become shorter shows what is there', () => {
    const error = withStack(new Error('old'), `price (${file}:99:1)`, 'Cell [1]:1:1');
    expect(show(error, { cells: ['price(-1)'] })).toBe(
      `Error: old\nCell [1]:1:1\n> 1 | price(-1)\n    | ^\n    at price (${file}:99:1)\n    at Cell [1]:1:1`,
    );
  });
});

describe('a message', () => {
  test('that is worked out when it is asked for is shown, and one that throws is none', () => {
    class Issues extends Error {
      override get message() {
        return 'two issues';
      }
    }
    expect(show(withStack(new Issues()))).toBe('Issues: two issues');
    const own = Object.defineProperty(new Error(), 'message', { get: () => 'own' });
    expect(show(withStack(own))).toBe('Error: own');
    const broken = new Error();
    Object.defineProperty(broken, 'stack', { value: 'Error\n    at x (/y.js:1:1)' });
    Object.defineProperty(broken, 'message', {
      get() {
        throw new Error('in the getter');
      },
    });
    expect(show(broken)).toBe('Error\n    at x (/y.js:1:1)');
  });

  test('that says nothing is followed or replaced by that of its cause', () => {
    const refused = Object.assign(withStack(new Error('connect ECONNREFUSED ::1:80')), {
      code: 'ECONNREFUSED',
    });
    const several = withStack(new AggregateError([refused], ''));
    const failed = withStack(new TypeError('fetch failed', { cause: several }));
    expect(show(failed).split('\n')[0]).toBe('TypeError: fetch failed: connect ECONNREFUSED ::1:80');
    expect(show(several).split('\n')[0]).toBe('AggregateError: connect ECONNREFUSED ::1:80');
    const spoken = withStack(new TypeError('could not load', { cause: refused }));
    expect(show(spoken).split('\n')[0]).toBe('TypeError: could not load');
  });
});

describe('what an error carries', () => {
  test('is what can be enumerated and is there, what is long last', () => {
    const error = withStack(new Error('x', { cause: undefined }));
    Object.assign(error, { request: { socket: { fd: { n: 1 } } }, response: undefined, status: 404 });
    Object.defineProperty(error, '_internal', { value: { issues: [] }, enumerable: false });
    expect(show(error)).toBe('Error: x\n{ status: 404, request: { socket: [Object] } }');
  });

  test('is bounded', () => {
    const members = Array.from({ length: 500 }, (_, index) => [`member${index}`, `value ${index}`]);
    const lines = show(Object.assign(withStack(new Error('x')), Object.fromEntries(members))).split('\n');
    expect(lines).toHaveLength(62);
    expect(lines.at(-1)).toBe('… 442 more lines');
  });

  test('a message is shown as far as anybody reads, and stays whole', () => {
    const error = withStack(new Error('x'.repeat(100_000)), 'Cell [1]:1:1');
    const shown = show(error, { cells: ['go()'] });
    expect(shown.length).toBeLessThan(51_000);
    expect(shown).toContain('x\n… 50000 more characters\n');
    expect(shown).toContain('> 1 | go()');
    expect(error.message).toHaveLength(100_000);
    const lines = show(withStack(new Error('x\n'.repeat(1000)))).split('\n');
    expect(lines).toHaveLength(201);
    expect(show('x'.repeat(100_000)).length).toBeLessThan(51_000);
    expect(
      show(Array.from({ length: 100 }, (_, key) => ({ [key]: 'x'.repeat(90), key }))).split('\n').length,
    ).toBeLessThan(205);
  });

  test('a place is shown once, though the cause has the same', () => {
    const cause = withStack(new Error('inner'), 'Cell [1]:1:1');
    const shown = show(withStack(new Error('outer', { cause }), 'Cell [1]:1:1'), { cells: ['go()'] });
    expect(shown.match(/> 1 \| go\(\)/g)).toHaveLength(1);
    expect(shown).toContain('Caused by:\n  Error: inner\n      at Cell [1]:1:1');
  });
});
