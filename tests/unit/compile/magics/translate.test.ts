// What a cell with magics compiles to, and that positions stay those of the source.
import { describe, expect, test } from '@jest/globals';
import { compile, mapPosition } from '../../../../src/compile';
import { compileNotebookCell } from '../../../../src/compile/magics/translate';

const compileCell = (source: string) =>
  compileNotebookCell(
    source,
    (name) => name in globalThis,
    (text) => compile(text),
  );

function cellOf(source: string) {
  const { result } = compileCell(source);
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result.cell;
}

/** Where the source position of a word in the generated code is, by the map. */
function sourceOf(source: string, word: string): { line: number; column: number } {
  const { code, map } = cellOf(source);
  const lines = code.split('\n').slice(1);
  const line = lines.findIndex((text) => text.includes(word));
  return mapPosition(map, line, lines[line]!.indexOf(word));
}

describe('a cell with magics', () => {
  test('waits only for those that take time', () => {
    expect(cellOf('%pwd').mode).toBe('blocking');
    expect(cellOf('%time 1').mode).toBe('blocking');
    expect(cellOf('%timeit 1').mode).toBe('blocking');
    expect(cellOf('!ls -la').mode).toBe('task');
    expect(cellOf('%timeit await 1').mode).toBe('task');
  });

  test.each(['1\n%run a.ts', '%run a.ts\n1', 'if (x) {\n  %run a.ts\n}', '%run a.ts\n%run b.ts'])(
    'is refused with a file to run beside other things: %j',
    (source) => {
      const { result } = compileCell(source);
      expect(!result.ok && result.problems).toMatchObject([
        { message: '%run stands alone in a cell.', offset: source.indexOf('%run'), length: 9 },
      ]);
    },
  );

  test('without any compiles as ever', () => {
    const cell = cellOf('const a = 1');
    expect([cell.magics, cell.map.edits]).toEqual([undefined, undefined]);
  });

  test('carries out the first ones before its imports, others at their place', () => {
    const { magics } = cellOf("%npm install x\nimport x from 'x'\n%pwd");
    expect(magics?.map(({ name, isEarly }) => [name, isEarly])).toEqual([
      ['npm', true],
      ['pwd', false],
    ]);
    expect(cellOf('%npm install x\nfoo()').magics?.[0]?.isEarly).toBe(false);
  });

  test.each([
    ['%pwd\n  nothing()', 'nothing', 1, 2],
    ['%time nothing()', 'nothing', 0, 6],
    ['  %time   a.nothing()', 'nothing', 0, 12],
    ['%timeit -n 5 nothing()', 'nothing', 0, 13],
    ['%time const a = nothing(), other = 1', 'other', 0, 27],
    ['enum E { A }\n%time nothing()', 'nothing', 1, 6],
    ['%time f(\n  nothing())', 'nothing', 1, 2],
    ['%%time\n  nothing()', 'nothing', 1, 2],
    ['%time const a = 1\n%timeit nothing()\na', 'nothing', 1, 8],
  ])('keeps positions: %j', (source, word, line, column) => {
    expect(sourceOf(source, word)).toEqual({ line, column });
  });

  test('has problems where they are in the source', () => {
    const problem = (source: string) => {
      const { result } = compileCell(source);
      return result.ok ? undefined : result.problems[0];
    };
    expect(problem('%pwd\n%time foo(}')?.offset).toBe('%pwd\n%time foo('.length);
    expect(problem('%time 1\nreturn 5')?.offset).toBe('%time 1\n'.length);
    expect(problem('function f() {\n  !ls -la\n}')).toMatchObject({
      offset: 17,
      length: 7,
      message: expect.stringMatching(/^A shell command has to wait/),
    });
  });

  test('changes settings for itself', () => {
    const seen: object[] = [];
    const compiled = compileNotebookCell(
      '%types off\n%dispatch task\n1',
      () => false,
      (text, settings) => {
        seen.push(settings);
        return compile(text);
      },
    );
    expect(seen).toEqual([{ types: 'off', dispatch: 'task' }]);
    expect(compiled.settings).toEqual({ types: 'off', dispatch: 'task' });
    expect(compiled.text).toBe('          \n              \n1');
  });

  test('hands over the text of a cell magic, line breaks as they are', () => {
    expect(cellOf('%%bash -x\r\necho 1\r\n').magics).toEqual([
      { name: 'bash', arguments: '-x', body: 'echo 1\r\n', isEarly: false, doubtful: [] },
    ]);
    expect(cellOf('%%html').magics?.[0]?.body).toBe('');
  });
});
