// A value as front ends have it.
import { describe, expect, test } from '@jest/globals';
import { describePrimitive, memberPath, shownOf } from '../../../src/debugging/values';

describe('a variable', () => {
  test.each([
    ['number', '1', 'float'],
    ['string', "'a'", 'str'],
    ['boolean', 'true', 'bool'],
    ['Array(2)', '[ 1, 2 ]', 'Array(2)'],
    // JupyterLab shows the type of these, and not the value, where there is one.
    ['bigint', '1n', undefined],
    ['Date', '1970-01-01T00:00:00.000Z', undefined],
    ['TypeError', 'TypeError: bad', undefined],
    ['function', 'ƒ add(a: number, b: number)', undefined],
    ['class', 'class Circle extends Shape', undefined],
    ['Promise', 'Promise { <pending> }', undefined],
  ])('%s', (type, text, shown) => {
    expect(shownOf({ type, text })).toEqual({ value: text, ...(shown && { type: shown }) });
  });

  test('is a primitive as the language writes it', () => {
    expect(describePrimitive({ type: 'number', unserializableValue: '-0', description: '-0' })?.text).toBe(
      '-0',
    );
    expect(describePrimitive({ type: 'string', value: "it's" })?.text).toBe(`"it's"`);
    expect(describePrimitive({ type: 'object', subtype: 'null', value: null })?.text).toBe('null');
    expect(describePrimitive({ type: 'object', objectId: '1' })).toBeUndefined();
  });
});

describe('how code says a member', () => {
  test.each([
    ['rows', '0', 'rows[0]'],
    ['rows[0]', 'price', 'rows[0].price'],
    ['this', '#secret', 'this.#secret'],
    ['table', 'a b', 'table["a b"]'],
    ['a ?? b', 'c', '(a ?? b).c'],
    ['', 'c', ''],
  ])('%s and %s', (owner, name, path) => {
    expect(memberPath(owner, name)).toBe(path);
  });
});
