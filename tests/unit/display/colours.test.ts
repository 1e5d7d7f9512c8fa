import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Rendering } from '../../../src/api';
import { showColours } from '../../../src/display/colours';
import { createConsole } from '../../../src/display/console';
import { render } from '../../../src/display/render';

beforeEach(() => showColours(true));
afterEach(() => showColours(false));

/** Escapes as a person can read them: `‹35›`. */
const readable = (text: string) => text.replace(/\u001b\[(\d+)m/g, '‹$1›');
const result = (value: unknown) => readable((render(value) as Rendering).data['text/plain'] as string);

describe('a value in colours that both themes can show', () => {
  test.each<[unknown, string]>([
    [{ a: 1, b: 'x' }, "{ a: ‹35›1‹39›, b: ‹32›'x'‹39› }"],
    [[true, 2n, null, undefined], '[ ‹35›true‹39›, ‹35›2n‹39›, ‹1›null‹22›, ‹2›undefined‹22› ]'],
    [[/x/, new Date(0)], '[ ‹31›/x/‹39›, ‹34›1970-01-01T00:00:00.000Z‹39› ]'],
    [{ f() {} }, '{ f: ‹34›[Function: f]‹39› }'],
    [new Map([['k', 1]]), "Map(1) { ‹32›'k'‹39› => ‹35›1‹39› }"],
  ])('%p', (value, text) => {
    expect(result(value)).toBe(text);
  });

  test.each<[unknown, string]>([
    ['text', "'text'"],
    [5, '5'],
    [undefined, 'undefined'],
  ])('%p contains nothing, and is in none', (value, text) => {
    expect(result(value)).toBe(text);
  });

  test('what is cut is in none: a colour might be cut', () => {
    const value = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`n${n}`, n]));
    expect(result(value)).toMatch(/n5: 5,\n/);
  });

  test('the user has Node, and a style of the user’s own holds', () => {
    result([1]);
    expect(inspect([1])).toBe('[ 1 ]');
    expect(readable(inspect([1], { colors: true }))).toBe('[ ‹33›1‹39› ]');
    inspect.styles.number = 'red';
    expect(result([1])).toBe('[ ‹31›1‹39› ]');
    expect(inspect.styles.number).toBe('red');
    inspect.styles.number = 'yellow';
  });

  test('is off unless told', () => {
    showColours(false);
    expect(result([1])).toBe('[ 1 ]');
  });
});

describe('console', () => {
  test.each<[unknown[], string]>([
    [['text', 5, true], 'text 5 true'],
    [['n', 5, { a: 1 }], 'n 5 { a: ‹35›1‹39› }'],
    [['%s is %o', 'x', [1]], 'x is [ ‹35›1‹39›, [length]: ‹35›1‹39› ]'],
    [['100%', [1]], '100% [ ‹35›1‹39› ]'],
  ])('log(...%j)', (values, text) => {
    const written: string[] = [];
    const console = createConsole((stream, each) => written.push(`${stream}: ${readable(each)}`));
    console.log(...values);
    expect(written).toEqual([`stdout: ${text}\n`]);
  });

  test('stderr is shown on red, and has none; dir has, unless it is told', () => {
    const written: string[] = [];
    const console = createConsole((_stream, each) => written.push(readable(each)));
    console.error([1]);
    console.dir([1]);
    console.dir([1], { colors: false });
    expect(written).toEqual(['[ 1 ]\n', '[ ‹35›1‹39› ]\n', '[ 1 ]\n']);
  });
});
