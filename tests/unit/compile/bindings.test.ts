// What a place of a file sees, and expressions in which names are said otherwise.
import { describe, expect, test } from '@jest/globals';
import { bindingsAt, renameIn } from '../../../src/compile/bindings';

const source = `import Thing, { area as size, type Kind } from './shapes';
import * as all from './all';
interface Options { size: number }
let x = size(1);
function outer({ n, other: m = size(2) }: { n: number; other?: number }, ...rest: Thing[]) {
  label: for (const x of rest) {
    try { break label } catch (x) { all.x = x.size }
    const inner = (x: Kind) => ({ x, size: x });
    class Deep<T> { x = x; static size() { return size } }
    inner(x);
  }
  return HERE;
}
`;

/** Name, then line and column of its places, at the place of a text. */
function bindings(text: string, at: string) {
  const before = text.slice(0, text.indexOf(at)).split('\n');
  const found = bindingsAt(text, before.length, before.at(-1)!.length + 1);
  return found.map(({ name, places, isTop, isImported }) => [
    (isImported ? 'import ' : isTop ? 'top ' : '') + name,
    places.map(({ line, column }) => `${line}:${column}`).join(' '),
  ]);
}

describe('the names that a place sees', () => {
  test('come from the inside out, each with where it is declared, then mentioned', () => {
    expect(bindings(source, 'HERE')).toEqual([
      ['n', '5:18'],
      ['m', '5:28'],
      ['rest', '5:77 6:26'],
      ['import Thing', '1:8'],
      ['import size', '1:25 4:9 5:32 9:51'],
      ['import Kind', '1:36'],
      ['import all', '2:13 7:37'],
      ['top x', '4:5'],
      ['top outer', '5:10'],
    ]);
  });

  test('are told apart where an inner scope has the same one', () => {
    const inLoop = bindings(source, 'inner(x)').filter(([name]) => name!.endsWith('x'));
    expect(inLoop).toEqual([
      ['x', '6:21 9:25 10:11'],
      ['top x', '4:5'],
    ]);
  });

  test('are those of JSX, and of a text that cannot be parsed, as far as it can', () => {
    expect(
      bindings('const a = 1;\nconst b = <div a={a}>{HERE}</div>;', 'HERE').map(([name]) => name),
    ).toEqual(['top a', 'top b']);
    expect(bindings('const a = ;\nHERE', 'HERE')).toEqual([['top a', '1:7']]);
  });
});

describe('renaming', () => {
  const codes = new Map([
    ['x', 'x2'],
    ['area', 'import_shapes.area'],
  ]);

  test.each([
    ['x + area', 'x2 + import_shapes.area'],
    ['area(x)', '(0, import_shapes.area)(x2)'],
    ['area`${x}`', '(0, import_shapes.area)`${x2}`'],
    ['x = x!', 'x2 = x2!'],
    ['{ x, area, y: x }', '{ x: x2, area: import_shapes.area, y: x2 }'],
    ['({ x } = { x })', '({ x: x2 } = { x: x2 })'],
    ['a.x.area(x as x)', 'a.x.area(x2 as x)'],
    ['rows.map((x) => x + area.length)', 'rows.map((x) => x + import_shapes.area.length)'],
    ['const y = x; x: for (;;) break x', 'const y = x2; x: for (;;) break x'],
    ['let x = 1; x', 'let x = 1; x'],
    ['new area(x)', 'new import_shapes.area(x2)'],
    ['typeof x', 'typeof x2'],
  ])('%s', (written, renamed) => {
    expect(renameIn(written, codes)).toBe(renamed);
  });
});
