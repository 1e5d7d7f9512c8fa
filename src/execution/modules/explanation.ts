// What an error of Node's loaders means to the user.

export interface Explanation {
  readonly message: string;
  /** What to do about it, a line each. */
  readonly hints: readonly string[];
}
