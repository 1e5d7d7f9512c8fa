// Magics that cells and packages add: the global `magics`, and %load_ext.
// Rule: what they do and throw is their author's, with its place; a name of the kernel's own is never taken.
import type { Globals } from '../../globals';
import type { tskernel } from '../../globals/cells';
import { type CustomMagic, cellMagics, lineMagics } from '../../magics/catalog';
import { type MagicCall, MagicError, onlyWord } from './host';

type Run = (line: string, body: string) => unknown;

export class CustomMagics {
  readonly #magics = new Map<string, CustomMagic & { readonly run: Run }>();

  /** @param changed is told of all of them after each change */
  constructor(readonly changed: (all: readonly CustomMagic[]) => void) {}

  get all(): readonly CustomMagic[] {
    return Array.from(this.#magics.values(), ({ run: _, ...magic }) => magic);
  }

  /** What cells call. */
  readonly globals: Pick<Globals, 'magics'> = {
    magics: {
      line: (name, run, options) => this.#add('%', name, run, options),
      cell: (name, run, options) => this.#add('%%', name, run, options),
    },
  };

  #add(
    sign: '%' | '%%',
    name: string,
    run: Run,
    { usage = '', summary = '' }: tskernel.MagicOptions = {},
  ): void {
    const written = `${sign}${name}`;
    if (typeof name !== 'string' || !/^[A-Za-z]\w*$/.test(name))
      throw new TypeError(
        `A magic needs a name of letters, digits and _, such as 'greet', not ${JSON.stringify(name)}`,
      );
    if (typeof run !== 'function') throw new TypeError(`What ${written} does is a function: (line) => …`);
    if ((sign === '%' ? lineMagics : cellMagics).has(name))
      throw new Error(`${written} is a magic of the kernel's own and stays that: choose another name`);
    this.#magics.set(written, { sign, name, usage: String(usage), summary: String(summary), run });
    this.changed(this.all);
  }

  /** @param line the name, and what follows it */
  run(sign: '%' | '%%', line: string, body = ''): unknown {
    const [, name = '', rest = ''] = /^(\w+)[ \t]*(.*)$/s.exec(line) ?? [];
    const magic = this.#magics.get(`${sign}${name}`);
    if (!magic)
      throw new MagicError(
        `there is no magic ${sign}${name}: what should add it has not. %help lists all of them`,
      );
    const { run } = magic;
    return run(rest, body);
  }
}

/** `%load_ext package` */
export async function loadExtension({ arguments: rest, host }: MagicCall): Promise<void> {
  const specifier = onlyWord('%load_ext', rest);
  if (specifier === undefined)
    throw new MagicError('%load_ext needs a package or a module: %load_ext ./magics.ts');
  const before = host.custom.all.length;
  const loaded = await host.modules.bind({
    specifier,
    attributes: {},
    bindings: [{ imported: '*', local: 'all', usedAsTypeOnly: false }],
    offset: 0,
    commonJs: false,
  });
  const { loadExtension: load } = loaded.get('all') as { readonly loadExtension?: unknown };
  if (typeof load === 'function') await load(host.custom.globals.magics);
  const added = host.custom.all.slice(before).map(({ sign, name }) => sign + name);
  host.write(
    'stdout',
    added.length > 0
      ? `${specifier} adds ${added.join(', ')}\n`
      : `${specifier} is loaded, and adds no new magic.\n`,
  );
}
