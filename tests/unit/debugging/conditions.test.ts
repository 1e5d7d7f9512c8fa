// What V8 is given to evaluate at a breakpoint.
import { describe, expect, test } from '@jest/globals';
import { conditionOf } from '../../../src/debugging/conditions';

const compile = (text: string) => `js${text}`;
const of = (wanted: Parameters<typeof conditionOf>[0]) => conditionOf(wanted, 7, compile);

describe('a breakpoint', () => {
  test.each([
    [{}, undefined],
    [{ condition: ' ', hitCondition: '' }, undefined],
    [{ condition: 'a > 1' }, 'js(a > 1\n)'],
    [{ hitCondition: '3' }, '__tsk_hit(7)===3'],
    [{ hitCondition: '= 3' }, '__tsk_hit(7)===3'],
    [{ hitCondition: '>=3' }, '__tsk_hit(7)>=3'],
    [{ hitCondition: '% 3' }, '__tsk_hit(7)%3===0'],
    // Counted is what the condition lets through.
    [{ condition: 'a', hitCondition: '< 3' }, 'js(a\n)&&__tsk_hit(7)<3'],
  ])('%j evaluates %j', (wanted, code) => {
    expect(of(wanted)).toBe(code);
  });

  test('does not count in words', () => {
    expect(() => of({ hitCondition: 'often' })).toThrow('A hit count is a number');
  });
});

/** What a log message prints, with `a` as 1 and `b` as an object. */
function logged(message: string): unknown[][] {
  const printed: unknown[][] = [];
  const console = { log: (...values: unknown[]) => printed.push(values) };
  const code = conditionOf({ logMessage: message }, 1, (text) => text)!;
  new Function('console', 'a', 'b', code)(console, 1, { c: 2 });
  return printed;
}

describe('a log message', () => {
  test.each([
    ['plain', ['plain']],
    ['100%', ['100%%']],
    ['a is {a}', ['a is %s', 1]],
    ['{a}{b}', ['%s%s', 1, { c: 2 }]],
    ['{[a].map((x) => { return x + 1 })}', ['%s', [2]]],
    ['open {a', ['open {a']],
    ['{missing}', ['{missing}: ReferenceError: missing is not defined']],
  ])('%j is printed as %j', (message, values) => {
    expect(logged(message)).toEqual([values]);
  });
});
