// What values are like, as the cells' thread tells the language thread: enough for a type, nothing of what they say.
// Rule: plain data, small: whoever makes one keeps to bounds, whatever the value.

export type PrimitiveName = 'string' | 'number' | 'boolean' | 'bigint' | 'symbol' | 'null' | 'undefined';

/** What was seen at one place: each kind of value that was there. Empty: nothing is known of it. */
export interface Shape {
  readonly primitives?: readonly PrimitiveName[];
  /** Of arrays, together. */
  readonly elements?: Shape;
  readonly object?: ObjectShape;
  /** Of objects that are dictionaries: their values, together. */
  readonly values?: Shape;
  readonly map?: readonly [keys: Shape, values: Shape];
  readonly set?: Shape;
  readonly classes?: readonly ClassName[];
  readonly functions?: FunctionShape;
}

/** What is asked for the type of a name as a text. */
export interface TypeQuestion {
  readonly name: string;
  /** What the type is to be called. */
  readonly as?: string | undefined;
  /** Of the value that it has now. */
  readonly shape: Shape;
}

export interface ObjectShape {
  readonly fields: readonly Field[];
  /** There are other fields. */
  readonly isOpen: boolean;
}

export interface Field {
  readonly name: string;
  readonly shape: Shape;
  /** Not every object has it. */
  readonly isOptional: boolean;
}

/** A class that goes by its name: one of the notebook's, or a global of Node's. */
export interface ClassName {
  readonly name: string;
  readonly isOwn: boolean;
}

export interface FunctionShape {
  /** How many parameters it names; absent where that is not known, or several functions differ. */
  readonly parameters?: number;
  readonly isClass: boolean;
  /** What it has beside: the functions of a library that is a function itself. */
  readonly members?: ObjectShape;
}
