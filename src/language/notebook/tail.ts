// The tail of a cell's module: what follows the source of the cell, and makes of it a module among others.
// Rule: it declares the names of other cells that the source mentions, and exports the cell's own.
import {
  type Brought,
  type CellModule,
  type KnownName,
  type KnownValue,
  type Meanings,
  narrowed,
} from './module';
import type { Outline } from './outline';

/** Names that are added to the edited source: which of them TypeScript completes tells whether a value, a type or both may stand there. */
export const probes = { value: '__tskernel_value', type: '__tskernel_type' };

export const probing = `declare let ${probes.value}: never; type ${probes.type} = never;`;

/**
 * The tail that follows the source: declares the names that the source mentions and other cells declare, and exports its own.
 * Ambient variables may be used above their declaration and be assigned, unlike imports.
 * @param isUntyped whether a name exists at run time and has no known type
 */
export function tailOf(
  outline: Outline,
  names: Meanings,
  isUntyped: (name: string) => boolean,
  { checked = [], brought, usesValues = false }: TailOptions,
): string {
  let tail = `\n;\n${outline.reexports}`;
  for (const name of outline.mentions) {
    const known = names.get(name);
    if (known) tail += bringIn(name, known, outline, { brought, usesValues });
    else if (!outline.values.has(name) && isUntyped(name)) tail += `declare let ${name}: any;`;
  }
  const given = new Set([...outline.values.keys(), ...outline.types]);
  for (const name of outline.exported) given.delete(name);
  for (const name of checked) {
    tail += `const ${narrowed(name)} = ${name};`;
    given.add(narrowed(name));
  }
  return `${tail}export {${[...given].join(', ')}};`;
}

/** The constants that a cell narrows. Not variables: any later code may assign to them, and nothing says when. */
export function narrowedBy({ checked, values, imported, types }: Outline, names: Meanings): string[] {
  return [...checked].filter((name) => {
    if (imported.has(name) || types.has(name)) return false;
    return (values.get(name) ?? names.get(name)?.value)?.kind === 'const';
  });
}

/** How other modules name the module of a cell. */
export const from = (cell: CellModule): string => JSON.stringify(`./${cell.name}`);

export interface TailOptions {
  readonly checked?: readonly string[];
  /** Takes the variables whose values may tell their types. */
  readonly brought?: Brought[] | undefined;
  /** Variables have the types of their values, where these are known and say more. */
  readonly usesValues?: boolean;
}

function bringIn(
  name: string,
  known: KnownName,
  outline: Outline,
  { brought, usesValues }: TailOptions,
): string {
  const { value, type } = known;
  const text = declare(name, known, outline);
  const { values, types, imported, assigned } = outline;
  if (!value || values.has(name) || imported.has(name) || assigned.has(name)) return text;
  const isVariable = value.kind === 'let' || value.kind === 'const';
  const isType = type !== undefined && !types.has(name);
  // An import of a module without types is a type as well.
  if (isVariable ? isType : value.kind !== 'import') return text;
  const bringing: Brought = { name, value, text, isType };
  brought?.push(bringing);
  return (usesValues && declareSeen(bringing)) || text;
}

/** A name by its static meaning. */
function declare(name: string, { value, type }: KnownName, { values, types, imported }: Outline): string {
  const wantsValue = value && !values.has(name) && !imported.has(name);
  const wantsType = type && !types.has(name);
  const isVariable = value?.kind === 'let' || value?.kind === 'const';
  let text = '';
  if (wantsType) {
    text = `import ${wantsValue ? '' : 'type '}{ ${name} } from ${from(type)};`;
    if (!wantsValue || value.cell === type) return text;
  } else if (wantsValue && !isVariable && !types.has(name)) {
    return `import { ${name} } from ${from(value.cell)};`;
  }
  if (!wantsValue) return text;
  return `${text}${declaration(name, value)}: ${shapeOf(name, value)};`;
}

/** A name by the type of its value, where that is known. */
export function declareSeen({ name, value, isType }: Brought): string | undefined {
  const module = value.cell.seen.get(name);
  if (module === undefined) return undefined;
  const type = isType ? `type ${name} = any;` : '';
  return `${declaration(name, value)}: typeof import(${JSON.stringify(`./${module}`)}).value;${type}`;
}

const declaration = (name: string, { kind, documentation = '' }: KnownValue): string =>
  `${documentation}declare ${kind === 'let' ? 'let' : 'const'} ${name}`;

/** The type of a variable as written in another cell's tail. */
function shapeOf(name: string, { isOpen, cell, narrowedIn }: KnownValue): string {
  if (isOpen) return 'any';
  return narrowedIn
    ? `typeof import(${from(narrowedIn)}).${narrowed(name)}`
    : `typeof import(${from(cell)}).${name}`;
}
