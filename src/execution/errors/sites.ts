// The call sites that a program's own `Error.prepareStackTrace` gets. Rule: they are V8's own but for those of cells, which
// say where they are in what the user wrote. Their file is the cell's script: a path beside the notebook, so that what
// looks for files from there finds them.
import type { Labels, SourcePosition } from './labels';

type CallSite = NodeJS.CallSite;

const { create, getOwnPropertyNames, getPrototypeOf } = Object;
const { apply, get } = Reflect;

interface Origin {
  readonly site: CallSite;
  readonly position: SourcePosition;
}

const origins = new WeakMap<object, Origin>();
/** As V8 has them, on the prototype: some programs copy call sites by that. */
let methods: object | undefined;

/** @returns undefined for code in a cell that its person did not write */
export function siteInSource(site: CallSite, labels: Labels): CallSite | undefined {
  const file = site.getFileName() ?? '';
  const [line, column] = [site.getLineNumber(), site.getColumnNumber()];
  if (!line || !column || labels.findByName(file) === undefined) return site;
  const position = labels.find(file, line, column);
  if (position === undefined) return undefined;
  methods ??= delegate(getPrototypeOf(site) as object);
  const told = create(methods) as CallSite;
  origins.set(told, { site, position });
  return told;
}

/** V8's own call site for one that was told: a program's function may pass on what it got. */
export const nativeSite = (site: CallSite): CallSite => origins.get(site)?.site ?? site;

function delegate(native: object): object {
  const delegates: { [name: string]: (this: object) => unknown } = {};
  for (const name of getOwnPropertyNames(native)) {
    const method: unknown = get(native, name);
    if (typeof method !== 'function') continue;
    const own = positions[name];
    delegates[name] = function () {
      const origin = origins.get(this)!;
      return own ? own(origin) : apply(method, origin.site, []);
    };
  }
  return delegates;
}

const positions: { readonly [name: string]: ((origin: Origin) => unknown) | undefined } = {
  getLineNumber: ({ position }) => position.line,
  getColumnNumber: ({ position }) => position.column,
  toString({ site, position: { line, column } }: Origin) {
    const generated = `${site.getFileName()}:${site.getLineNumber()}:${site.getColumnNumber()}`;
    return site.toString().replace(generated, () => `${site.getFileName()}:${line}:${column}`);
  },
};
