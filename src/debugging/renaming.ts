// What the code of a script calls the names of its source: compilers and bundlers rename, and make members of what was imported.
// Rule: a name means what it means at one place of the source; where the map does not say what became of it, it has kept its name.
import { readFileSync } from 'node:fs';
import type { Debugger } from 'node:inspector';
import type { Binding } from '../compile/bindings';
import { isThere } from '../system/permissions';
import type { Position, SourceMap } from './source-maps';
import type { Place } from './target';

/** The code of a script with the map to its sources. */
export interface MappedCode {
  readonly map: SourceMap;
  readonly lines: readonly string[];
}

/** A name of the source that was found in the code. */
export interface Renamed extends Pick<Binding, 'name' | 'isTop' | 'isImported'> {
  /** How the code says it: `x2`, `import_shapes.area`. */
  readonly code: string;
  /** Where it does. */
  readonly position: Position;
}

type Scope = Pick<Debugger.Scope, 'startLocation' | 'endLocation'>;

export class Renaming {
  /** Those of the innermost scope first. */
  readonly #renamed: readonly Renamed[];
  /** What the code says in place of a name, where that is something else. */
  readonly codes: ReadonlyMap<string, string>;
  readonly #taken = new Set<Renamed>();

  /** @param bindings of a place in the source */
  constructor(code: MappedCode, path: string, bindings: readonly Binding[]) {
    const codes = new Map<string, string>();
    const seen = new Set<string>();
    this.#renamed = bindings.flatMap(({ name, places, isTop, isImported }) => {
      const found = findCode(code, path, places);
      if (found && !seen.has(name) && found.code !== name) codes.set(name, found.code);
      seen.add(name);
      return found ? [{ name, isTop, isImported, ...found }] : [];
    });
    this.codes = codes;
  }

  /**
   * The name of the source that a variable of a scope has; asked of the scopes from the inside out.
   * @param variable as the code calls it
   * @param inner the scopes inside of that
   * @param isOutermost no scope around it has such a variable
   */
  take(variable: string, scope: Scope, inner: readonly Scope[], isOutermost: boolean): Renamed | undefined {
    const free = this.#renamed.filter((each) => each.code === variable && !this.#taken.has(each));
    const declared = free.filter(
      ({ position, isImported }) =>
        !isImported && isIn(position, scope) && !inner.some((one) => isIn(position, one)),
    );
    // V8 leaves scopes out that keep nothing: what is nearest to this one is its own.
    const found = declared.at(-1) ?? (isOutermost ? free.at(-1) : undefined);
    if (found) this.#taken.add(found);
    return found;
  }

  /** The names that are members of a variable of the code. */
  membersOf(variable: string): Renamed[] {
    return this.#renamed.filter(({ code }) => code.startsWith(`${variable}.`));
  }
}

/** What code calls the names that a place of its source sees. */
export function renamingIn(
  code: MappedCode,
  { path, line, column }: Place,
  { bindingsAt }: { bindingsAt(source: string, line: number, column: number): readonly Binding[] },
): Renaming | undefined {
  const source = code.map.text(path) ?? (isThere(path) ? readFileSync(path, 'utf8') : undefined);
  return source === undefined ? undefined : new Renaming(code, path, bindingsAt(source, line, column));
}

/** The names that are said in place of others, or whose members are. */
export const rootsOf = (codes: ReadonlyMap<string, string>): string[] =>
  Array.from(codes.values(), (code) => code.split('.', 1)[0]!);

/** @param places from 1 */
function findCode(
  { map, lines }: MappedCode,
  path: string,
  places: Binding['places'],
): Pick<Renamed, 'code' | 'position'> | undefined {
  for (const place of places) {
    const occurrences = map.occurrencesOf({ path, ...place });
    const found = occurrences.flatMap(({ start, end, isNamed }) => {
      const line = lines[start.lineNumber] ?? '';
      const shift = place.isShort ? lengthOfKey(line, start.columnNumber) : 0;
      const code = pathIn(line, start.columnNumber + shift, end);
      return code === undefined ? [] : [{ code, position: start, isNamed }];
    });
    const best =
      found.find(({ isNamed }) => isNamed) ?? found.find(({ code }) => code.includes('.')) ?? found[0];
    if (best) return { code: best.code, position: best.position };
  }
  return undefined;
}

/** Of `area: ` in `{ area: import_shapes.area }`, where it begins there. */
const lengthOfKey = (line: string, start: number): number =>
  /^[\p{ID_Continue}$]+: ?/u.exec(line.slice(start))?.[0].length ?? 0;

const word = /[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\.[\p{ID_Start}$_][\p{ID_Continue}$]*)*/uy;

/** The expression around a place of a line: a name or a member, of which the maps of some compilers tell each part. */
function pathIn(line: string, start: number, end = line.length): string | undefined {
  const before = /(?:[\p{ID_Start}$_][\p{ID_Continue}$]*\.)+$/u.exec(line.slice(0, start))?.[0] ?? '';
  word.lastIndex = line.startsWith('(0,', start)
    ? start + /^\(0, ?/.exec(line.slice(start))![0].length
    : start;
  const found = word.exec(line.slice(0, end))?.[0];
  return found === undefined || reserved.has(found) ? undefined : before + found;
}

const reserved = new Set('class const function import let new return this var'.split(' '));

function isIn(
  { lineNumber, columnNumber }: Position,
  { startLocation: start, endLocation: end }: Scope,
): boolean {
  const isBehind = !start || comesBefore(start, lineNumber, columnNumber);
  return isBehind && (!end || !comesBefore(end, lineNumber, columnNumber));
}

/** Or is the same place. */
const comesBefore = (
  { lineNumber, columnNumber = 0 }: Debugger.Location,
  line: number,
  column: number,
): boolean => lineNumber < line || (lineNumber === line && columnNumber <= column);

/**
 * What the source calls a function.
 * @param name as V8 says it
 * @param begins where its parameters begin
 */
export function functionName(
  { map, lines }: MappedCode,
  name: string,
  { lineNumber, columnNumber = 0 }: Omit<Debugger.Location, 'scriptId'>,
): string {
  const before = (lines[lineNumber] ?? '').slice(0, columnNumber);
  for (let at = before.lastIndexOf(name); at >= 0; at = at === 0 ? -1 : before.lastIndexOf(name, at - 1)) {
    const isWord = !/[\p{ID_Continue}$]/u.test((before[at - 1] ?? ' ') + (before[at + name.length] ?? ' '));
    if (isWord) return map.nameAt({ lineNumber, columnNumber: at }) ?? name;
  }
  return name;
}
