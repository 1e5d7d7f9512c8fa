// The marks by which values say how they want to be shown.

/** A method under this symbol returns the value's MIME bundle, or a promise of it. Shared with other kernels. */
export const displaySymbol: unique symbol = Symbol.for('Jupyter.display') as never;

/** What is a handle of something already shown: as the value of a cell it shows nothing more. */
export class Silent {
  readonly #silent = true;

  static is(value: unknown): boolean {
    // A brand check: no proxy trap runs and nobody can forge it.
    return typeof value === 'object' && value !== null && #silent in value && value.#silent;
  }
}

/** Whether a value, as the result of a cell, is to show nothing. */
export function isSilent(value: unknown): boolean {
  return Silent.is(value);
}
