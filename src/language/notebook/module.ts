// What the module of a cell is: for TypeScript a file, for other cells the names that it gives.
import type { CellId } from '../../api';
import type { DeclaredValue } from './declarations';
import type { Outline, Surface } from './outline';

/** One run of a cell, as a module. */
export interface CellModule {
  /** Unique in the life of the worker; its file is named after it. */
  readonly name: string;
  readonly label: string;
  readonly source: string;
  readonly outline: Surface;
  /** The source with its tail. */
  readonly text: string;
  /** What to add to an offset of the source to get the offset in the text. */
  readonly shift: number;
  /** Constants that the cell has narrowed by its end, exported as `narrowed(name)`. Valid only if the cell ran to its end. */
  readonly narrowed: readonly string[];
  /** The module's declarations without code, once its types are known; they replace the text. */
  frozen?: string;
  /** The type of each value in one line; known once the module is frozen. */
  signatures?: ReadonlyMap<string, string>;
  /** The modules that have the types of its values, by the values' names. */
  readonly seen: Map<string, string>;
  /** Variables of earlier cells that it mentions; dropped once it has been looked at for good. */
  brought: readonly Brought[];
  /** The host's id of the cell, once the module is published. */
  id?: CellId;
  /** What the document calls the cell, where the front end says so. */
  readonly documentId?: string | undefined;
  /** Another one with each change of its text or of its frozen text. Absent for a cell that ran, which never changes. */
  readonly version?: string;
}

/** A variable or import of an earlier cell in another cell's tail. */
export interface Brought {
  readonly name: string;
  readonly value: KnownValue;
  /** How the tail declares it, by its static type. */
  readonly text: string;
  /** It is a type as well. */
  readonly isType: boolean;
}

/** The source that is being edited, as a module. */
export interface CellInProgress {
  /** The source with what closes it, and its tail. */
  readonly text: string;
  readonly tail: string;
  readonly outline: Outline;
}

export interface KnownValue extends DeclaredValue {
  readonly cell: CellModule;
  /** The cell that has narrowed it since its declaration. */
  readonly narrowedIn?: CellModule;
}

/** What a name of the notebook refers to. */
export interface KnownName {
  readonly value?: KnownValue;
  readonly type?: CellModule;
}

/** The prefix of the modules' file names. */
export const cellPrefix = 'tskernel-cell-';
/** The file name of the source that is being edited. */
export const currentName = `${cellPrefix}current`;

/** The prefix of the names of modules that have the type of a value. */
export const valuePrefix = 'tskernel-value-';

/** Whether a file is only there for TypeScript: a cell, a value, what the kernel declares. A folder may have such a name, and a notebook. */
export const isMade = (path: string): boolean =>
  /[\\/]tskernel-(?:(?:cell|value)-[^\\/]*|[^\\/]*\.d\.ts)$/.test(path);

/** The same as patterns of TypeScript's. */
export const madeFiles = [`**/${cellPrefix}*`, `**/${valuePrefix}*`, '**/tskernel-*.d.ts'];

/** The name under which a cell exports the narrowed type of a constant. */
export const narrowed = (name: string): string => `__tskernel_narrowed_${name}`;

/** What names mean where a cell stands. */
export type Meanings = Pick<ReadonlyMap<string, KnownName>, 'get'>;

/** The other cells, as a cell sees them. */
export interface Surroundings {
  readonly names: Meanings;
  /** @param name that of a module */
  find(name: string): CellModule | undefined;
}
