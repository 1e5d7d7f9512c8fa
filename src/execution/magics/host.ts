// What the magics find around them, and what they say when they fail.
import type { CellId, EngineErrorName, HistoryEntry, HistoryQuery, MimeBundle, StreamName } from '../../api';
import type { CalledMagic, Magic } from '../../compile/types';
import type { Globals } from '../../globals';
import type { CustomMagic } from '../../magics/catalog';
import { systemReason } from '../../system/reason';
import type { RunPayload } from '../../threads/execution-protocol';
import type { Modules } from '../modules';

/** The worker as the magics see it. */
export interface MagicHost {
  /** Where the notebook lives. */
  readonly directory: string;
  readonly modules: Modules;
  /** Writes to the calling cell. */
  write(stream: StreamName, text: string): void;
  display(data: MimeBundle): void;
  /** Magics that cells and packages have added. */
  readonly custom: {
    readonly all: readonly CustomMagic[];
    /** What cells call. */
    readonly globals: Pick<Globals, 'magics'>;
    /** @param line the name, and what follows it */
    run(sign: CustomMagic['sign'], line: string, body?: string): unknown;
  };
  /** Whether a script is the kernel's own. */
  isKernelFile(file: string): boolean;
  /** The place of a cell's code, from 1; `isTop` for the code around all that its person wrote. */
  findPlace(
    file: string,
    line: number,
    column: number,
  ): { readonly label: string; readonly isTop: boolean; readonly place: string } | undefined;
  addPayload(payload: RunPayload): void;
  /** Blocks for what the host of the engine has kept of earlier cells, the oldest first. @throws KeyboardInterrupt */
  history(query: HistoryQuery): readonly HistoryEntry[];
  /** The type of a name's value, as a text; nothing for a name without a value. @param as what to call it */
  typeOf(name: string, as?: string): string | undefined;
  /**
   * Ends a program and what it has started: first as Ctrl-C would, then by force. The main thread does it, for an interrupt
   * that takes long may terminate what this thread does.
   */
  endProgram(id: number): void;
  /** The cells' names were deleted. */
  forgetNames(): void;
  /** Packages were installed or removed. */
  packagesChanged(): void;
  /** The cells that run beside the calling one. */
  listOthers(): readonly OtherCell[];
  /** Those that have ended in the background since this was asked last. */
  takeEnded(): readonly OtherCell[];
  stopCell(cell: CellId): void;
}

/** A cell beside the one that asks for it. */
export interface OtherCell {
  readonly cell: CellId;
  /** As the person sees it. */
  readonly number: number | undefined;
  readonly source: string;
  readonly state: 'running' | 'asks' | 'done' | 'failed' | 'stopped';
  /** For how long it has run, in milliseconds. */
  readonly time: number;
}

/** One magic that is carried out. */
export interface MagicCall extends CalledMagic<Magic['name']> {
  readonly host: MagicHost;
  /** Aborted when the cell is interrupted. */
  readonly signal: AbortSignal;
}

/** A magic that failed for a reason that the user can do something about. */
export class MagicError extends Error {
  override readonly name: EngineErrorName = 'MagicError';
}

/** A command that ended with a code other than 0, or could not be started. */
export class CommandError extends MagicError {
  override readonly name = 'CommandError';
}

/** The one argument of a magic that takes at most one. */
export function onlyWord(name: string, rest: string): string | undefined {
  const words = splitWords(rest);
  if (words.length > 1)
    throw new MagicError(`${name} takes one argument, not '${rest}': put a name with spaces in quotes`);
  return words[0];
}

/**
 * Why a file could not be had, in words.
 * Errors that are not system errors are rethrown: the permission model's refusals have an explanation of their own.
 */
export function reasonOf(error: unknown): string {
  const reason = systemReason(error);
  if (reason === undefined) throw error;
  return reason;
}

/** Splits arguments as a shell does: at spaces, but not inside of quotes. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const [whole] of text.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g))
    words.push(whole.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
  return words;
}
