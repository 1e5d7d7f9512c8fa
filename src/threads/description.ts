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

/**
 * A text in quotes on one line; of a long one its beginning, and how long it is.
 * @param longest in UTF-16 units
 * @param inspect Node's, or the realm's with its original builtins
 */
export function quoteText(
  text: string,
  longest: number,
  inspect: (value: string, options: { breakLength: number; maxStringLength: null }) => string,
): string {
  const options = { breakLength: Number.POSITIVE_INFINITY, maxStringLength: null };
  if (text.length <= longest) return inspect(text, options);
  return `${inspect(`${text.slice(0, longest - 1)}…`, options)} (${grouped(text.length)} characters)`;
}

/** `50,000,000` */
const grouped = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** A text as it is; of a long one its beginning, and how long it is. @param longest in UTF-16 units */
export const shortenText = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1)}… (${grouped(text.length)} characters)`;
