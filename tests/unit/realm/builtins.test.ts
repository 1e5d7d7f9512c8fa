// What is read of a value without running any of its code.
import { describe, expect, test } from '@jest/globals';
import { classNameOf, dataProperty, findProperty, typeNameOf } from '../../../src/realm/builtins';

const never = () => {
  throw new Error('code of the value ran');
};

describe('a property', () => {
  test('is found at its owner, the nearest first', () => {
    const parent = { a: 1, b: 2 };
    const child = Object.assign(Object.create(parent) as object, { a: 3 });
    expect(findProperty(child, 'a')).toMatchObject({ owner: child, descriptor: { value: 3 } });
    expect(findProperty(child, 'b')?.owner).toBe(parent);
    expect(findProperty(child, 'c')).toBeUndefined();
  });

  test('has a value only where no getter gives it', () => {
    const value = Object.defineProperty({ a: 1 }, 'b', { get: never });
    expect([dataProperty(value, 'a'), dataProperty(value, 'b')]).toEqual([1, undefined]);
  });

  test('that is an accessor hides what is inherited', () => {
    const value = Object.defineProperty(Object.create({ a: 1 }) as object, 'a', { get: never });
    expect(dataProperty(value, 'a')).toBeUndefined();
  });
});

class Point {}
const makeShy = () => Object.defineProperty(class {}, 'name', { get: never });

// As functions, since the test runner itself would run the getters.
const values: [string, () => unknown][] = [
  ['number', () => 1],
  ['string', () => 'a'],
  ['undefined', () => undefined],
  ['null', () => null],
  ['function', () => () => {}],
  ['function', () => Point],
  ['Object', () => ({})],
  ['Array', () => []],
  ['Map', () => new Map()],
  ['Point', () => new Point()],
  ['object', () => new (makeShy())()],
  ['object', () => Object.create(null)],
  ['object', () => Object.defineProperty({}, 'constructor', { get: never })],
  ['object', () => ({ constructor: { name: 'Fake' } })],
  ['object', () => new (class {})()],
  ['Proxy', () => new Proxy({}, { get: never, getOwnPropertyDescriptor: never, getPrototypeOf: never })],
];

test.each(values)('a value of type %s is called so', (name, make) => expect(typeNameOf(make())).toBe(name));

test('a class that hides its name has none', () => {
  expect(classNameOf(new (makeShy())() as object)).toBeUndefined();
});
