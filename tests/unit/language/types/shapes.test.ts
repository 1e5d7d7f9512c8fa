// From a value to its type, as later cells have it and as it is pasted.
import { describe, expect, test } from '@jest/globals';
import { TypeWriter } from '../../../../src/language/types/shapes';
import { shapeOf } from '../dialogue';

const typeOf = (value: unknown) => new TypeWriter().write(shapeOf(value));

const sparse = [1, 2, 3];
delete sparse[1];

class Point {
  x = 1;
  #secret = 2;
  get length(): number {
    throw new Error('a getter ran');
  }
  move(dx: number, dy: number): number {
    return dx + dy + this.#secret;
  }
}

describe('the type of', () => {
  test.each<[string, unknown, string]>([
    ['a text', 'a', 'string'],
    ['a number', 1, 'number'],
    ['nothing', null, 'any'],
    ['an empty array', [], 'any[]'],
    ['an empty object', {}, 'Record<string, any>'],
    ['a record', { id: 1, name: 'a', ok: true }, '{ id: number; name: string; ok: boolean }'],
    ['keys that are no names', { 'first name': 'a', 2020: 1 }, '{ "2020": number; "first name": string }'],
    ['elements of several kinds', [1, 'a', null], '(string | number | null)[]'],
    ['records that lack a field', [{ a: 1 }, { a: 2, b: 'x' }], '{ a: number; b?: string }[]'],
    ['fields of several kinds', [{ a: 1 }, { a: 'x' }, { a: null }], '{ a: string | number | null }[]'],
    ['a field that is never there', { a: null, b: undefined }, '{ a: any; b: any }'],
    ['a field that is undefined', [{ a: 1 }, { a: undefined }], '{ a: number | undefined }[]'],
    ['a field that is undefined or lacking', [{ a: 1 }, { a: undefined }, {}], '{ a?: number }[]'],
    [
      'records and their lists',
      { one: { a: 1 }, all: [{ a: [1] }] },
      '{ one: { a: number }; all: { a: number[] }[] }',
    ],
    ['a matrix', [[1, 2], [3]], 'number[][]'],
    ['a date', { at: new Date() }, '{ at: Date }'],
    ['a Map', new Map([['a', { n: 1 }]]), 'Map<string, { n: number }>'],
    ['an empty Map', new Map(), 'Map<any, any>'],
    ['a Set', new Set([1, 'a']), 'Set<string | number>'],
    ['bytes', [new Uint8Array(2), Buffer.from('a')], '(Uint8Array | Buffer)[]'],
    ['a pattern', /a/, 'RegExp'],
    ['an error', new TypeError('a'), 'TypeError'],
    ['a promise', Promise.resolve(1), 'Promise<any>'],
    ['a big integer', 1n, 'bigint'],
    ['a function', (a: number, b: number) => a + b, '(a1: any, a2: any) => any'],
    ['a function of any number', () => 1, '(...all: any[]) => any'],
    ['functions', [(a: number) => a, (a: number, b: number) => a + b], '((...all: any[]) => any)[]'],
    ['a function or nothing', { f: [Math.max, null] }, '{ f: (((a1: any, a2: any) => any) | null)[] }'],
    ['a class', Point, '{ new (...all: any[]): any }'],
    [
      'a library',
      Object.assign((a: number) => a, { map: (f: unknown) => f }),
      '{ (a1: any): any; map: (a1: any) => any }',
    ],
    [
      'an instance of a class without a name here',
      new Point(),
      '{ x: number; length: any; move: (a1: any, a2: any) => any }',
    ],
    [
      'a getter',
      {
        get a() {
          throw new Error('ran');
        },
      },
      '{ a: any }',
    ],
    [
      'a proxy',
      {
        a: new Proxy(
          {},
          {
            ownKeys() {
              throw new Error('ran');
            },
          },
        ),
      },
      '{ a: any }',
    ],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), '{ a: number }'],
    ['a sparse array', sparse, 'number[]'],
    ['headers', new Headers(), 'Headers'],
    ['a class of Map', new (class Counts extends Map<string, number> {})([['a', 1]]), 'Map<string, number>'],
  ])('%s', (_, value, type) => {
    expect(typeOf(value)).toBe(type);
  });

  test('what contains itself', () => {
    const node: { name: string; parent?: unknown; children: unknown[] } = { name: 'a', children: [] };
    node.parent = node;
    node.children.push({ name: 'b', parent: node, children: [] });
    expect(typeOf(node)).toContain('parent: any');
  });

  test('a dictionary: many keys, values of one kind', () => {
    const packages = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [
        `package-${index}`,
        { version: '1', ...(index % 2 ? { dev: true } : {}) },
      ]),
    );
    expect(typeOf(packages)).toBe('Record<string, { version: string; dev?: boolean }>');
    expect(typeOf([packages])).toBe('Record<string, { version: string; dev?: boolean }>[]');
    const some = Object.fromEntries(
      Object.entries(packages).map(([name, value], index) => [name, index % 3 ? value : null]),
    );
    expect(typeOf(some)).toBe('Record<string, { version: string; dev?: boolean } | null>');
  });

  test('rows that are wide are no dictionaries', () => {
    const row = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`V${index}`, index]));
    expect(typeOf([row, row])).toContain('V29: number');
  });

  test('an object with too many different fields is open', () => {
    const fields = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`f${index}`, index % 2 ? 1 : 'a']),
    );
    expect(typeOf(fields)).toMatch(/f199: number;\n {2}\[name: string\]: any;\n}$/);
  });

  test('what is wide is written on several lines', () => {
    const address = { street: 'a', city: 'b', country: 'c', code: 1 };
    const value = { identifier: 1, description: 'a text', address, others: [address, null] };
    expect(typeOf(value)).toBe(
      `{
  identifier: number;
  description: string;
  address: { street: string; city: string; country: string; code: number };
  others: ({ street: string; city: string; country: string; code: number } | null)[];
}`,
    );
  });
});
