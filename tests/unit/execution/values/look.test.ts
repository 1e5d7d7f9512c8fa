// A look at a value runs none of its code, and takes the same time whatever its size.
import { describe, expect, test } from '@jest/globals';
import { keyOf } from '../../../../src/compile/keys';
import { Look } from '../../../../src/execution/values/look';
import { describeNow, Observer } from '../../../../src/execution/values/observer';
import type { Shape } from '../../../../src/threads/shape';

function lookAt(value: unknown): Shape {
  const look = new Look(value);
  look.proceed(() => 0, 1);
  return look.shape;
}

const fieldsOf = (shape: Shape | undefined) => shape?.object?.fields.map(({ name }) => name);

/** How many primitives, objects and lists a shape names. */
function sizeOf(shape: Shape): number {
  return JSON.stringify(shape).length;
}

test('no getter, no trap of a proxy and no iterator of the user’s runs', () => {
  const ran: string[] = [];
  const trapped = (what: string) =>
    new Proxy({}, { get: () => ran.push(what), ownKeys: () => [String(ran.push(what))] });
  class Rows extends Map<string, number> {
    override [Symbol.iterator]() {
      ran.push('iterator');
      return super[Symbol.iterator]();
    }
    override entries() {
      ran.push('entries');
      return super.entries();
    }
    override get size() {
      ran.push('size');
      return 0;
    }
  }
  const value = {
    get a() {
      return ran.push('getter');
    },
    b: trapped('proxy'),
    c: Object.create(trapped('prototype')),
    d: new Rows([['a', 1]]),
    e: [trapped('element')],
    toJSON: () => ran.push('toJSON'),
  };
  expect(fieldsOf(lookAt(value))).toEqual(['a', 'b', 'c', 'd', 'e', 'toJSON']);
  lookAt(Object.defineProperty([1], 0, { get: () => ran.push('index') }));
  lookAt(Object.setPrototypeOf(() => 1, trapped('of a function')));
  expect(ran).toEqual([]);
});

describe('is bounded', () => {
  const row = (index: number) => ({ id: index, name: 'a', address: { city: 'b', geo: { lat: 1, lng: 2 } } });

  test.each<[string, () => unknown]>([
    ['a million rows', () => Array.from({ length: 1_000_000 }, (_, index) => index % 7)],
    ['many rows', () => Array.from({ length: 100_000 }, (_, index) => row(index))],
    ['deep lists', () => Array.from({ length: 200_000 }).reduce((inner) => [inner], 1)],
    ['a deep list of records', () => Array.from({ length: 5000 }).reduce((next) => ({ next }), {})],
    [
      'wide rows',
      () =>
        Array.from({ length: 1000 }, () =>
          Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`c${at}`, at])),
        ),
    ],
    [
      'all keys different',
      () =>
        Array.from({ length: 1000 }, (_, index) => ({
          [`a${index}`]: { [`b${index}`]: index % 2 ? 1 : 'a' },
        })),
    ],
    [
      'a tree',
      function tree(this: void, depth: unknown = 6): unknown {
        return typeof depth === 'number' && depth > 0
          ? Array.from({ length: 6 }, () => ({ children: tree(depth - 1) }))
          : [];
      },
    ],
    ['long keys', () => ({ ['a'.repeat(10_000)]: 1, b: 2 })],
    ['a large Map', () => new Map(Array.from({ length: 100_000 }, (_, index) => [index, row(index)]))],
    ['a text', () => 'a'.repeat(1_000_000)],
    ['the global object', () => globalThis],
    ['Node’s modules', () => ({ fs: require('node:fs'), http: require('node:http') })],
  ])('%s', (_, make) => {
    const value = make();
    const look = new Look(value);
    const start = performance.now();
    look.proceed(() => 0, 1);
    const shape = look.shape;
    // In fact some milliseconds: the bound is for a busy machine.
    expect(performance.now() - start).toBeLessThan(500);
    expect(sizeOf(shape)).toBeLessThan(500_000);
  });

  test('rows are seen in all parts of a list', () => {
    const rows: object[] = Array.from({ length: 100_000 }, (_, index) =>
      index < 50_000 ? { a: 1 } : { b: 1 },
    );
    rows.push({ last: 1 });
    expect(fieldsOf(lookAt(rows).elements)).toEqual(['a', 'last', 'b']);
  });

  test('what is in wide rows is seen nevertheless', () => {
    const wide = Array.from({ length: 1000 }, () => ({
      ...Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`c${at}`, at])),
      inner: { deep: [1] },
    }));
    const inner = lookAt(wide).elements?.object?.fields.find(({ name }) => name === 'inner')?.shape;
    expect(inner?.object?.fields[0]?.shape).toEqual({ elements: { primitives: ['number'] } });
  });
});

test('classes are named where the name means them: in the notebook, or everywhere', () => {
  class Here {}
  class There {}
  Object.defineProperty(globalThis, keyOf('Here'), { value: Here, configurable: true });
  Object.defineProperty(globalThis, keyOf('There'), { value: class {}, configurable: true });
  expect(lookAt(new Here())).toEqual({ classes: [{ name: 'Here', isOwn: true }] });
  expect(lookAt(new There())).toEqual({ object: { fields: [], isOpen: false } });
  expect(lookAt(new URL('https://a.b'))).toEqual({ classes: [{ name: 'URL', isOwn: false }] });
});

describe('names are observed', () => {
  const rows = Array.from({ length: 10_000 }, (_, index) => ({ index }));
  Object.defineProperty(globalThis, keyOf('rows'), { value: rows, configurable: true });
  const shape: Shape = {
    elements: {
      object: {
        fields: [{ name: 'index', shape: { primitives: ['number'] }, isOptional: false }],
        isOpen: false,
      },
    },
  };

  test('while no cell runs', async () => {
    let isBusy = true;
    const answers: unknown[] = [];
    const observer = new Observer(() => isBusy);
    observer.observe(['rows', 'nobody'], (shapes) => answers.push(shapes));
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(answers).toEqual([]);
    isBusy = false;
    observer.resume();
    while (answers.length === 0) await new Promise(setImmediate);
    expect(answers).toEqual([[shape, undefined]]);
  });

  test('one question after the other, and a cell may begin between two slices', async () => {
    let isBusy = false;
    let slices = 0;
    const answers: unknown[] = [];
    const observer = new Observer(() => isBusy);
    const wide = Array.from({ length: 400 }, () =>
      Object.fromEntries(Array.from({ length: 90 }, (_, at) => [`c${at}`, [[at]]])),
    );
    Object.defineProperty(globalThis, keyOf('wide'), { value: wide, configurable: true });
    observer.observe(Array(20).fill('wide'), () => answers.push('wide'));
    observer.observe(['rows'], () => answers.push('rows'));
    while (answers.length < 2) {
      await new Promise(setImmediate);
      slices++;
      // A cell runs in every other turn.
      isBusy = slices % 2 === 0;
      if (!isBusy) observer.resume();
    }
    expect(answers).toEqual(['wide', 'rows']);
    expect(slices).toBeGreaterThan(4);
  });

  test('or at once', () => {
    expect(describeNow('rows')).toEqual(shape);
    expect(describeNow('nobody')).toBeUndefined();
  });
});
