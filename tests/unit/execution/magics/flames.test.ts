// What ran when, from samples as V8 takes them.

import type { Profiler } from 'node:inspector';
import { describe, expect, test } from '@jest/globals';
import { drawFlames, flamesOf } from '../../../../src/execution/magics/flames';

/** @param callers by function: what calls it; `root` calls all others */
function profile(
  callers: { [name: string]: string },
  stacks: readonly string[],
  steps: number,
): Profiler.Profile {
  const names = ['root', ...Object.keys(callers)];
  const id = (name: string) => names.indexOf(name) + 1;
  return {
    nodes: names.map((functionName) => ({
      id: id(functionName),
      callFrame: { functionName, scriptId: '1', url: '', lineNumber: 0, columnNumber: 0 },
      children: Object.keys(callers)
        .filter((name) => callers[name] === functionName)
        .map(id),
    })),
    startTime: 1000,
    endTime: 1000 + stacks.length * steps,
    samples: stacks.map(id),
    timeDeltas: stacks.map((_, index) => (index === 0 ? 0 : steps)),
  };
}

const shown = (
  made: Profiler.Profile,
  hidden: { [name: string]: 'hidden' | undefined } = { root: undefined },
) =>
  flamesOf(made, ({ functionName }) =>
    functionName in hidden ? hidden[functionName] : { name: functionName, place: '' },
  ).all.map(({ name, depth, start, end, self }) => [name, depth, start, end, self]);

const calls = { main: 'root', kernel: 'main', work: 'kernel', rest: 'main' };

describe('flames', () => {
  test('last as long as samples find them, and are told apart when something else came between', () => {
    expect(shown(profile(calls, ['main', 'rest', 'rest', 'main', 'rest'], 100))).toEqual([
      ['main', 0, 0, 500, 200],
      ['rest', 1, 100, 300, 200],
      ['rest', 1, 400, 500, 100],
    ]);
  });

  test('give the time of what is left out to its caller, and keep what that calls', () => {
    expect(
      shown(profile(calls, ['main', 'kernel', 'work'], 10), { root: undefined, kernel: undefined }),
    ).toEqual([
      ['main', 0, 0, 30, 20],
      ['work', 1, 20, 30, 10],
    ]);
    expect(shown(profile(calls, ['kernel', 'work'], 10), { root: undefined, kernel: 'hidden' })).toEqual([
      ['main', 0, 0, 20, 20],
    ]);
  });

  test('are drawn without a script, with their names as text', () => {
    const { all, end } = flamesOf(profile({ '<b>&': 'root' }, ['<b>&'], 500), () => ({
      name: '<b>&',
      place: '',
    }));
    expect(drawFlames(all, end, 'a < b')).toMatch(
      /<title>&lt;b&gt;&amp;: 0\.5 ms, itself .*<pre>a &lt; b<\/pre>$/,
    );
  });
});
