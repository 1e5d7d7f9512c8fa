// What goes into the compile stage and what comes out of it. Plain data, so that every thread may use it.
import type { CodeCellName, CodeName, Dispatch, LineOrCellName } from '../magics/catalog';
import type { SyntaxProblem } from '../text/problem';

/** The names of earlier cells. */
export interface EarlierNames {
  readonly bound: ReadonlySet<string>;
  /** Those of them that are not sure to have a value: only cells that still run declare them. */
  readonly pending?: ReadonlySet<string>;
}

export interface CompileOptions extends EarlierNames {
  /** `auto` picks by what the cell needs, `blocking` refuses top-level await, `task` makes every cell async. */
  readonly dispatch: Dispatch;
  /** How JSX is emitted: `React.createElement` (classic) or `jsx()` from a package (automatic). */
  readonly jsx: {
    readonly mode: 'classic' | 'automatic';
    readonly factory?: string;
    readonly fragment?: string;
    readonly importSource?: string;
  };
  /** Legacy (`experimentalDecorators`) instead of standard decorators. A cell with parameter decorators gets legacy ones anyway. */
  readonly legacyDecorators: boolean;
  /** Legacy decorators learn the types of what they stand at (`emitDecoratorMetadata`). */
  readonly decoratorMetadata: boolean;
  /** Fields of classes that are emitted are defined, as the language has it, and not assigned (`useDefineForClassFields`). */
  readonly definesFields: boolean;
  /** What is declared around the code, where it stands within a function. */
  readonly locals?: ReadonlySet<string>;
}

export const defaultCompileOptions: CompileOptions = {
  dispatch: 'auto',
  jsx: { mode: 'classic' },
  legacyDecorators: false,
  decoratorMetadata: false,
  definesFields: true,
  bound: new Set(),
};

export type DeclarationKind =
  | 'let'
  | 'const'
  | 'var'
  | 'using'
  | 'function'
  | 'class'
  | 'enum'
  | 'namespace'
  | 'import';

/** A name that the cell binds in the namespace (values only: interfaces, types and type-only imports leave nothing). */
export interface Declaration {
  readonly name: string;
  readonly kind: DeclarationKind;
  /** The code assigns the first value as it assigns any other: the emitter left no declaration of it. */
  readonly isAssigned?: true;
}

/** What came of the declarations of a cell that ran. */
export interface Bound {
  /** Names that have a value now; after a failure some may be missing. */
  readonly values: readonly string[];
  /** Names of imports that were loaded and brought no value: they are types. */
  readonly types: readonly string[];
  /** The cell ran to its end. */
  readonly completed: boolean;
}

/** The result for a cell that did not run. */
export const nothingBound: Bound = { values: [], types: [], completed: false };

/** One import declaration of the cell. They are loaded in order, before the body runs. */
export interface ImportDeclaration {
  readonly specifier: string;
  readonly attributes: { readonly [key: string]: string };
  readonly bindings: readonly ImportBinding[];
  /** UTF-16 offset of the statement in the source, for errors. */
  readonly offset: number;
  /** `import x = require('y')`: bind module.exports itself. */
  readonly commonJs: boolean;
}

export interface ImportBinding {
  /** The exported name, `default`, or `*` for the namespace. */
  readonly imported: string;
  /**
   * The property of the global object to bind. Names that start with `__tsk_` come from the JSX runtime and are in no declaration:
   * they are bound like the others but nobody should see them.
   */
  readonly local: string;
  /** The cell uses the name as a type only: when the module has no such export, that is no error. */
  readonly usedAsTypeOnly: boolean;
}

/**
 * Where generated text stands in the source. Lines and columns count from 0, columns in UTF-16 units; generated line 0 is
 * the first line of the body, that is, the line after the one that precedes it.
 * Segments are sorted by generated position. A position keeps its distance to the segment before it on its line, but
 * never passes the source position of the next segment there. Lines without a segment map to themselves.
 * Plain data, so that it can be posted to another thread.
 */
export interface PositionMap {
  /** Made by `packSegments`: the map of each run is kept, and as numbers it would be ten times as long as the cell. */
  readonly segments: string;
  /** What was done to lines of the source before it was compiled, sorted; for cells with magics. */
  readonly edits?: readonly LineEdit[];
}
/** [line, column, length of what was there, length of what stands there instead]: line and column of the source. */
export type LineEdit = readonly [number, number, number, number];

/** Segments one after the other, each four numbers: generated line, generated column, source line, source column. */
export type Segments = readonly number[];

export interface CompiledCell {
  readonly mode: 'blocking' | 'task';
  /**
   * A script whose completion value is a function: `"use strict";(async (__tsk_) => { …hoisted… \n<body>\n})`.
   * Exactly one line precedes the body, so run it with `lineOffset: -1`.
   * The function returns the cell's completion value (undefined when it has none).
   */
  readonly code: string;
  /** Each name once. */
  readonly declarations: readonly Declaration[];
  /** Names that it mentions and that neither it nor an earlier cell is known to declare. */
  readonly mentions: readonly string[];
  /** Those of which it asks for the type. */
  readonly probes: readonly string[];
  readonly imports: readonly ImportDeclaration[];
  readonly map: PositionMap;
  /** What the code calls as `__tsk_.magic(index)`. */
  readonly magics?: readonly Magic[];
}

/** A magic that the compiled cell calls. */
export type Magic = CalledMagic<LineOrCellName> | CalledMagic<`%${CodeCellName}`> | CalledMagic<CodeName>;

export interface CalledMagic<Name> {
  /** Without the sign, but for `%%` around code, which keeps one `%`; `!` for a shell command. */
  readonly name: Name;
  readonly arguments: string;
  /** The rest of the cell, for a magic of a whole cell. */
  readonly body?: string;
  /** To be carried out before the imports of the cell; the code does not call it. */
  readonly isEarly: boolean;
  /** If all of these have a value, the line is an expression after all. */
  readonly doubtful: readonly string[];
}

export type CompileResult =
  | { readonly ok: true; readonly cell: CompiledCell }
  | { readonly ok: false; readonly problems: readonly SyntaxProblem[] };
