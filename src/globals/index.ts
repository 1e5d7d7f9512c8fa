// What cells have without an import: as text for TypeScript, and as a type for the code that makes it.
// Rule: the declarations are modules, so that `display` and `input` are no globals of the kernel's own source.
import cells from './cells.d.ts?text';
import standIns from './standins.d.ts?text';
import web from './web.d.ts?text';
import widgets from './widgets.d.ts?text';

/** Every global by its name, with the type that cells are told. */
export type Globals = typeof import('./cells') & typeof import('./widgets');

/** What a cell refers back to: these change from cell to cell. */
export type ResultName = 'In' | 'Out' | '_' | '__' | '___';

/** Declarations as a script, where they are globals, without what is said to the reader of their files. */
const toScript = (declarations: string) => declarations.replace(/^(?:export |\/\/.*\n)/gm, '');

/** What the kernel gives to cells. */
export const kernelGlobals = toScript(`${cells}${widgets}`);

/** The module that notebooks of tslab import. */
const tslabModule = `declare module 'tslab' {
  export const display: standIns.TslabDisplay;
  export const newDisplay: standIns.Tslab['newDisplay'];
  export const versions: standIns.Tslab['versions'];
}
`;

/** All that cells are told of: also what Node has and its own types lack, and what stands in for other kernels. */
export const globalsSource = `${kernelGlobals}${toScript(web)}${toScript(standIns)}${tslabModule}`;
