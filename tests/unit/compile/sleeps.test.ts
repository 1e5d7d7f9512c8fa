// Which calls of sleep() are steps of the program, and which give a value.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defaultCompileOptions } from '../../../src/compile';
import { keyOf } from '../../../src/compile/keys';
import { compileCell, Session } from './session';

const session = new Session();
beforeAll(() => {
  session.run('var calls = []; function sleep(time) { calls.push(`value ${time}`); return time }');
});
afterAll(() => session.end());

/** How a cell calls sleep(), one call after the other. */
async function callsOf(source: string): Promise<readonly string[]> {
  session.run('calls.length = 0');
  const calls = session.get('calls') as string[];
  const sleep = (time: unknown) => void calls.push(`step ${time}`);
  const step = () => ({ sleep, [keyOf('sleep')]: sleep });
  await session.runCompiled(compileCell(source, defaultCompileOptions), { step });
  return calls;
}

describe('a call is a step', () => {
  test.each([
    'sleep(1)',
    'sleep(1);',
    '(sleep(1));',
    'sleep ( 1 ) // as it is written',
    'if (true) sleep(1)',
    'if (false); else sleep(1)',
    'for (const x of [1]) sleep(x)',
    'for (let i = 1; i < 2; sleep(i), i++);',
    'for (sleep(1); false; );',
    'do sleep(1); while (false)',
    'true && sleep(1);',
    'false || sleep(1);',
    'null ?? sleep(1);',
    'true ? sleep(1) : sleep(2);',
    'sleep(1), 2',
    'function f() { sleep(1) } f()',
    'function f() { sleep(1); return 2 } f()',
    'const f = () => { sleep(1) }; f()',
    'class A { constructor() { sleep(1) } } new A()',
    'async function f() { sleep(1) } await f()',
    'await null; sleep(1)',
    'enum Emitted { A } sleep(1)',
    'enum Emitted { A } function g(this: void) { sleep(1) } g()',
    'switch (1) { case 1: sleep(1) }',
    'try { sleep(1) } catch {}',
    'outer: sleep(1)',
    'const a: number = 1; sleep(a as any)',
  ])('%s', async (source) => {
    expect(await callsOf(source)).toEqual(['step 1']);
  });
});

describe('a call gives a value', () => {
  test.each([
    'await sleep(1)',
    'await sleep(1);',
    'void sleep(1);',
    'const p = sleep(1)',
    'let p; p = sleep(1);',
    'typeof sleep(1);',
    '[sleep(1)]',
    '({ a: sleep(1) })',
    'Promise.all([sleep(1)])',
    'Promise.resolve(sleep(1)); 2',
    'const f = () => sleep(1); f()',
    'const f = async () => sleep(1); f()',
    'function f() { return sleep(1) } f()',
    'async function f() { await sleep(1) } await f()',
    'String(sleep(1));',
    '`${sleep(1)}`',
    'sleep(1) && 2;',
    'if (sleep(1));',
    'while (!sleep(1));',
    'for (const x = sleep(1); false; );',
    'const [x = sleep(1)] = []',
    'enum Emitted { A } await sleep(1)',
    'sleep.call(null, 1);',
    'sleep?.(1);',
  ])('%s', async (source) => {
    expect(await callsOf(source)).toEqual(['value 1']);
  });

  test('and other functions of that name are not asked for', () => {
    expect(
      compileCell('const a = { sleep() {} }; a.sleep(1); new (class { sleep() {} })().sleep(1)').code,
    ).not.toContain('__tsk_.step');
  });
});

test('a step of a step', async () => {
  expect(await callsOf('sleep(sleep(1));')).toEqual(['value 1', 'step 1']);
});
