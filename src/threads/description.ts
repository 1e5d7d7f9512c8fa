// What the cells' thread says of a value to who debugs it.

export interface Description {
  /** On one line. */
  readonly text: string;
  /** `number`, `null`, `function`, `Array(3)`, `Point`. */
  readonly type: string;
  /** Of an array, a Map, a Set: how many there are. */
  readonly elements?: number;
  /** How many names of members it has. */
  readonly members?: number;
}

/** A name of the notebook. */
export interface NamedDescription extends Description {
  readonly name: string;
  /** Its cell has not come to its declaration. */
  readonly isPending?: true;
  /** Of a function: tells it from all others. */
  readonly identity?: number;
}
