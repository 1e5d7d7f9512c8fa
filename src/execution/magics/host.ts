// What the magics find around them, and what they say when they fail.
import type { Magic } from '../../compile/types';
import type { Afterthought, MimeBundle, StreamName } from '../../engine';
import type { Modules } from '../modules';

/** The worker as the magics see it. */
export interface MagicHost {
  /** Where the notebook lives. */
  readonly directory: string;
  readonly modules: Modules;
  /** Writes to the calling cell. */
  write(stream: StreamName, text: string): void;
  display(data: MimeBundle): void;
  addAfterthought(afterthought: Afterthought): void;
  /** The user's names were taken away. */
  forgetNames(): void;
  /** Packages came or went. */
  packagesChanged(): void;
}

/** One magic that is carried out. */
export interface MagicCall extends Magic {
  readonly host: MagicHost;
  /** Aborted when the cell is interrupted. */
  readonly signal: AbortSignal;
}

/** A magic that failed for a reason that the person can do something about. */
export class MagicError extends Error {
  override readonly name: string = 'MagicError';
}

/** A command that ended with a code other than 0, or could not be started. */
export class CommandError extends MagicError {
  override readonly name = 'CommandError';
}

/** Splits arguments as a shell does: at spaces, but not inside of quotes. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const [whole] of text.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g))
    words.push(whole.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
  return words;
}
