// What runs leave of their names, alone and where two of them overlap.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { runInThisContext } from 'node:vm';
import { afterAll, describe, expect, test } from '@jest/globals';
import { initialOf, keyOf } from '../../../src/compile/keys';
import type { Bound, DeclarationKind } from '../../../src/compile/types';
import type * as Names from '../../../src/execution/namespace';

/**
 * The realm of the process, as cells have that of their thread, and the namespace in it. Tests run in one that node:vm has wrapped:
 * there, on Node 26, what a getter of the global object throws is lost, and to assign to a constant is another error.
 */
const realm = runInThisContext('globalThis') as { [name: string]: unknown };
const bundling = {
  entryPoints: [join(__dirname, '../../../src/execution/namespace.ts')],
  bundle: true,
  format: 'iife',
  globalName: 'exported',
  write: false,
  logLevel: 'error',
};
// In a process of its own: jest's transform uses esbuild in this one, and the two do not go together.
const bundle = execFileSync(
  process.execPath,
  [
    '-e',
    `process.stdout.write(require('esbuild').buildSync(${JSON.stringify(bundling)}).outputFiles[0].text)`,
  ],
  { encoding: 'utf8' },
);
const { Namespace } = runInThisContext(`(() => { ${bundle} return exported })()`) as typeof Names;
afterAll(() => {
  for (const name of ['x', 'left', 'kept'])
    for (const property of [keyOf(name), initialOf(name)]) Reflect.deleteProperty(realm, property);
});

test('the end of a run says the same when it is cut off and comes again', () => {
  const names = ['left', 'kept'].map((name) => ({ name, kind: 'const' as const }));
  const bindings = new Namespace(() => 1).begin(1, { declarations: names, mentions: [], probes: [] });
  bindings.bindImport(keyOf('kept'), 1);
  const first = bindings.finish(false);
  expect(first).toEqual({ values: ['kept'], types: [], completed: false });
  expect(bindings.finish(false)).toEqual(first);
  expect([keyOf('left') in realm, keyOf('kept') in realm]).toEqual([false, true]);
});

const key = keyOf('x');

/** Declares x in one way or another; its value is the cell's name. */
class Cell {
  bindings: Names.Bindings | undefined;
  bound: Bound | undefined;

  constructor(
    readonly notebook: Notebook,
    readonly id: number,
    readonly kind: DeclarationKind,
  ) {}

  get value(): string {
    return `of cell ${this.id}`;
  }

  begin(): void {
    const isAssigned = this.kind === 'enum' && { isAssigned: true as const };
    const declarations = [{ name: 'x', kind: this.kind, ...isAssigned }];
    this.bindings = this.notebook.namespace.begin(this.id, { declarations, mentions: [], probes: [] });
  }

  /** Comes to its declaration. @returns whether that was done */
  declare(): boolean {
    const { kind, value } = this;
    return this.notebook.inside(this.id, () => {
      try {
        if (kind === 'import') this.bindings!.bindImport(key, value);
        else if (kind === 'var' || kind === 'function' || kind === 'enum') realm[key] = value;
        else if (initialOf('x') in realm) realm[initialOf('x')] = value;
        else return false;
        if (kind === 'const') this.bindings!.seal(key);
        return true;
      } catch (error) {
        if (!/is not defined|constant|read only/.test(String(error))) throw error;
        return false;
      }
    });
  }

  end(completed: boolean): void {
    this.bound = this.bindings!.finish(completed);
  }

  reads(): unknown {
    return this.notebook.inside(this.id, () => {
      try {
        return realm[key];
      } catch (error) {
        return String(error);
      }
    });
  }

  /** Assigns without a declaration. */
  assigns(value: string): string {
    return this.notebook.inside(this.id, () => {
      try {
        realm[key] = value;
        return 'done';
      } catch (error) {
        return String(error);
      }
    });
  }
}

class Notebook {
  #current: number | undefined;
  readonly namespace: Names.Namespace = new Namespace(() => this.#current);
  #count = 0;

  constructor() {
    for (const property of [key, initialOf('x')]) Reflect.deleteProperty(realm, property);
  }

  cell(kind: DeclarationKind): Cell {
    const cell = new Cell(this, ++this.#count, kind);
    cell.begin();
    return cell;
  }

  inside<T>(id: number, work: () => T): T {
    this.#current = id;
    try {
      return work();
    } finally {
      this.#current = undefined;
    }
  }

  /** As `%reset` does. */
  reset(): void {
    if (Object.getOwnPropertyDescriptor(realm, key)?.get === undefined) Reflect.deleteProperty(realm, key);
    this.namespace.forget();
  }

  /** What x is when nothing runs. */
  get left(): { value: unknown; isConstant: boolean } | undefined {
    if (initialOf('x') in realm) throw new Error('something still waits to be declared');
    const found = Object.getOwnPropertyDescriptor(realm, key);
    return found && 'value' in found ? { value: found.value, isConstant: !found.writable } : undefined;
  }
}

const kinds = ['let', 'const', 'var', 'function', 'class', 'enum', 'import'] as const;
const isConstant = (kind: DeclarationKind) => kind === 'const' || kind === 'import';
/** What has a value, or none, from its cell's beginning on. */
const isHoisted = (kind: DeclarationKind) => kind === 'var' || kind === 'function';
const endings = [
  'completes',
  'fails behind its declaration',
  'fails before it',
  'is interrupted before it, and what is left of the cell goes on',
] as const;
type Ending = (typeof endings)[number];

/** All orders of the steps of two cells, of which each keeps its own. */
function* orders<T>(first: readonly T[], second: readonly T[]): Generator<readonly T[]> {
  if (first.length === 0 || second.length === 0) return yield [...first, ...second];
  for (const rest of orders(first.slice(1), second)) yield [first[0]!, ...rest];
  for (const rest of orders(first, second.slice(1))) yield [second[0]!, ...rest];
}

type Step = readonly [who: 0 | 1, what: 'begin' | 'declare' | 'end' | 'late'];
const stepsOf = (who: 0 | 1, ending: Ending, kind: DeclarationKind): readonly Step[] => {
  const isLate = ending === endings[3] && !isHoisted(kind) && kind !== 'enum' && kind !== 'import';
  return [
    [who, 'begin'],
    ...(ending === endings[0] || ending === endings[1] ? [[who, 'declare'] as const] : []),
    [who, 'end'],
    ...(isLate ? [[who, 'late'] as const] : []),
  ];
};

describe.each(kinds)('%s x and', (first) => {
  test.each(kinds)('%s x, in whichever order they begin, declare and end', (second) => {
    const kindOf = [first, second] as const;
    let count = 0;
    const mistakes: object[] = [];
    for (const [one, other] of endings.flatMap((one) => endings.map((other) => [one, other] as const)))
      for (const hasEarlier of [false, true])
        for (const order of orders(stepsOf(0, one, first), stepsOf(1, other, second))) {
          count++;
          const notebook = new Notebook();
          /** Whose x it is, by the order of what happened; 0 for the earlier one. */
          let owner: { value: unknown; kind: DeclarationKind; who?: number } | undefined;
          if (hasEarlier) {
            const earlier = notebook.cell('let');
            earlier.declare();
            earlier.end(true);
            owner = { value: earlier.value, kind: 'let' };
          }
          const cells: Cell[] = [];
          for (const [who, step] of order) {
            const kind = kindOf[who]!;
            if (step === 'begin') {
              cells[who] = notebook.cell(kind);
              if (isHoisted(kind)) owner = { value: owner?.value, kind, who };
            } else if (step === 'declare') {
              const isRefused = isHoisted(kind) && owner !== undefined && isConstant(owner.kind);
              if (cells[who]!.declare() === isRefused) mistakes.push({ order, step });
              if (!isRefused)
                owner = isHoisted(kind)
                  ? { ...owner!, value: cells[who]!.value }
                  : { value: cells[who]!.value, kind, who };
            } else if (step === 'end') cells[who]!.end((who === 0 ? one : other) === endings[0]);
            else if (cells[who]!.declare()) mistakes.push({ order, step });
          }
          const expected = owner && { value: owner.value, isConstant: isConstant(owner.kind) };
          // Whose name it is in the end says so.
          const told = cells.map(({ bound }, who) => owner?.who !== who || bound!.values[0] === 'x');
          const found = [notebook.left, ...told];
          if (!isDeepStrictEqual(found, [expected, true, true])) mistakes.push({ order, hasEarlier, found });
        }
    expect(mistakes).toEqual([]);
    expect(count).toBeGreaterThan(50);
  });
});

describe('while two cells run that declare a name', () => {
  test('the one that has it goes on with it, the other waits for its own', () => {
    const notebook = new Notebook();
    const counting = notebook.cell('let');
    counting.declare();
    const waiting = notebook.cell('let');
    expect(counting.assigns('counted')).toBe('done');
    expect([counting.reads(), waiting.reads()]).toEqual(['counted', 'counted']);
    expect(waiting.assigns('too early')).toMatch(/before initialization/);
    waiting.declare();
    expect(counting.reads()).toBe('of cell 2');
  });

  test('a name that nobody has yet is not there for others, and not ready for its own', () => {
    const notebook = new Notebook();
    const waiting = notebook.cell('const');
    const other = notebook.cell('var');
    other.end(true);
    const third = notebook.cell('let');
    expect([waiting.reads(), third.reads()]).toEqual([undefined, undefined]);

    const fresh = new Notebook();
    const [one, two] = [fresh.cell('const'), fresh.cell('let')];
    expect(one.reads()).toMatch(/before initialization/);
    two.end(false);
    expect(two.reads()).toMatch(/is not defined/);
    expect(two.assigns('anything')).toMatch(/is not defined/);
    one.end(false);
  });

  test('a constant is not to be assigned, also while another cell declares it anew', () => {
    const notebook = new Notebook();
    const constant = notebook.cell('const');
    constant.declare();
    const waiting = notebook.cell('let');
    expect(constant.assigns('other')).toMatch(/constant/);
    waiting.end(false);
    expect(notebook.left).toEqual({ value: 'of cell 1', isConstant: true });
  });

  test('an enum begins anew in its own cell only', () => {
    const notebook = new Notebook();
    const first = notebook.cell('enum');
    first.declare();
    const second = notebook.cell('enum');
    expect([first.reads(), second.reads()]).toEqual(['of cell 1', undefined]);
  });
});

describe('names that are all forgotten while cells run', () => {
  test.each(kinds)('%s x: what was there is gone, what comes stays', (kind) => {
    const notebook = new Notebook();
    const earlier = notebook.cell('let');
    earlier.declare();
    earlier.end(true);
    const [done, waiting] = [notebook.cell(kind), notebook.cell('let')];
    if (kind !== 'function') done.declare();
    notebook.reset();
    notebook.reset();
    done.end(true);
    expect(done.bound!.values).toEqual([]);
    waiting.declare();
    waiting.end(true);
    expect(waiting.bound!.values).toEqual(['x']);
    expect(notebook.left).toEqual({ value: 'of cell 3', isConstant: false });
  });

  test('a cell that fails after it leaves nothing', () => {
    const notebook = new Notebook();
    const earlier = notebook.cell('let');
    earlier.declare();
    earlier.end(true);
    const waiting = notebook.cell('let');
    notebook.reset();
    waiting.end(false);
    expect(notebook.left).toBeUndefined();
  });
});
