// Whether the values that the kernel shows are coloured, and in which colours.
// Rule: the user's own `util.inspect` is left as it is, and a style that the user has changed holds.
import { inspect } from 'node:util';

let areShown = false;

/** Whether values are shown in colours from now on. */
export function showColours(shown: boolean): void {
  areShown = shown;
}

export const areColoursShown = (): boolean => areShown;

/**
 * Node's own styles want a terminal that is dark: on a white page yellow and cyan cannot be read, and grey on a black one. These
 * can be read on both, in JupyterLab's and in VS Code's themes. What has no style has the colour of the text around it.
 */
const readable: { readonly [kind: string]: string } = {
  bigint: 'magenta',
  boolean: 'magenta',
  date: 'blue',
  null: 'bold',
  number: 'magenta',
  regexp: 'red',
  special: 'blue',
  undefined: 'dim',
};

const kinds = Object.keys(readable);
const styles = inspect.styles as unknown as { [kind: string]: unknown };
const usual = { ...styles };
let isInside = false;

/** Does work in which Node's inspect uses these colours. */
export function withReadableColours<Result>(work: () => Result): Result {
  if (isInside) return work();
  isInside = true;
  for (let at = 0; at < kinds.length; at++) replace(kinds[at]!, usual, readable);
  try {
    return work();
  } finally {
    isInside = false;
    for (let at = 0; at < kinds.length; at++) replace(kinds[at]!, readable, usual);
  }
}

type Styles = { readonly [kind: string]: unknown };

function replace(kind: string, from: Styles, to: Styles): void {
  if (styles[kind] === from[kind]) styles[kind] = to[kind];
}
