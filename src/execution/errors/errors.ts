// Errors as the user reads them: the message, the lines of the cell around the place, frames named by cells, causes.
// Rule: never throws, shows no frame of the kernel or of Node.
import type { CellError, EngineErrorName, ErrorPlace } from '../../api';
import { withoutMarks } from '../../compile/keys';
import { readProperty } from '../../realm/exceptions';
import { withIntrinsics } from '../../realm/intrinsics';
import { bold, errorHead, faint, red } from '../../text/colours';
import { showPlace } from '../../text/frame';
import { lineOf } from '../../text/lines';
import { toPage } from '../../text/page';
import { adviseOn } from './advice';
import { type FilePlace, findOwnPlace } from './files';
import { knownFrames, placeIn, shownFrames } from './frames';
import type { Labels, SourcePosition } from './labels';
import { stackOf } from './origins';
import type { StackTraces } from './stacks';
import { Stop } from './stops';
import { customStack, extraProperties, innerErrors, isError, nameAndMessage, notAnError } from './thrown';
import { findInFile, placeInHead, translationFailure } from './unparsed';

/** Deepest chain of causes shown. */
const maximumDepth = 8;

/** What an error of Node's means to the user, when it can be said better. */
export type Explain = (error: {
  readonly code: unknown;
  readonly message: string;
  /** Of Node's permission model. */
  readonly permission: unknown;
  readonly resource: unknown;
  /** The address that Node's loaders could not take. */
  readonly input?: unknown;
}) => { readonly message: string; readonly hints: readonly string[] } | undefined;

/** The run that an error ends. */
export interface FailedRun {
  /** The file name of its cell. */
  readonly file: string;
  /** The import declaration that failed, if one did. */
  readonly place: SourcePosition | undefined;
  /** What it awaited last, or threw: the place of what has no frame of a cell. */
  readonly awaited?: SourcePosition | undefined;
}

/** Turns what was thrown into what is shown. */
export class ErrorFormatter {
  /** The file names of the cells whose runs errors ended. A module that failed gives the same error at its next import. */
  readonly #ended = new WeakMap<Error, string>();
  /** Errors of import declarations. */
  readonly #imported = new WeakSet<Error>();

  constructor(
    readonly labels: Labels,
    readonly stacks: Omit<StackTraces, 'sites'>,
    readonly explain: Explain = () => undefined,
  ) {}

  format(thrown: unknown, run?: FailedRun): CellError {
    try {
      return this.stacks.read(() =>
        withIntrinsics(() => {
          const { name, message } = this.#describe(thrown);
          const shown: Shown = { errors: new Set(), places: new Set() };
          const traceback = this.#lines(thrown, shown, 0, run);
          return { name, message, traceback, ...(shown.place && { place: shown.place }) };
        }),
      );
    } catch {
      return {
        name: 'Error',
        message: 'the thrown value cannot be shown',
        traceback: [red('Error: the thrown value cannot be shown')],
      };
    }
  }

  #describe(thrown: unknown): { name: string; message: string; hints?: readonly string[] } {
    const { name, message: said } = nameAndMessage(thrown);
    if (thrown instanceof Stop) return { name, message: thrown.explanation };
    const message = withoutMarks(said);
    const untranslated = name === 'TransformError' ? translationFailure(message) : undefined;
    if (untranslated) return { name: 'SyntaxError' satisfies EngineErrorName, message: untranslated.message };
    if (!isError(thrown)) return { name, message };
    const [code, permission, resource, input] = ['code', 'permission', 'resource', 'input'].map((key) =>
      readProperty(thrown, key),
    );
    const explanation = this.explain({ code, message, permission, resource, input });
    return { name, message, ...explanation };
  }

  #lines(thrown: unknown, shown: Shown, depth: number, run?: FailedRun): string[] {
    const { name, message, hints } = this.#describe(thrown);
    const isThrownError = isError(thrown);
    if (!isThrownError && depth > 0)
      return [name === notAnError ? toPage(message) : errorHead(name, toPage(message))];
    shown.errors.add(thrown);
    const found = isThrownError ? this.#placesOf(thrown, run) : noPlaces;
    const { file, place, frames } =
      found.place || depth > 0 ? found : this.#completePlaces(thrown, found, run);
    const custom = hints || file || found.place || !isThrownError ? undefined : customStack(thrown);
    const lines = [custom === undefined ? errorHead(name, toPage(message)) : toPage(custom)];
    const show = (label: string, at: FilePlace | (SourcePosition & { readonly source: string })) => {
      const [head, ...text] = showPlace(label, at);
      // Once: an error and its cause often come from one line.
      if (!shown.places.has(head!)) lines.push(head!, ...text);
      shown.places.add(head!);
    };
    const inCell = place && { ...place, source: place.cell.source };
    if (file) show(file.path, file);
    if (inCell) show(inCell.cell.label, inCell);
    if (!isThrownError) return [...lines, ...frames.map(faint)];
    const at = file ?? inCell;
    const advice = adviseOn({ name, message, column: at?.column, line: at && lineOf(at.source, at.line) });
    if (depth === 0 && inCell && run && inCell.cell === this.labels.findByName(run.file)) {
      const { line, column } = inCell;
      const isAdvised = advice !== undefined || hints !== undefined;
      shown.place = { line, column, ...(!isAdvised && { advice: lines.length }) };
    }
    if (advice !== undefined) lines.push(advice);
    // How Node looked for a module, and what it adds for programs, is said in words then.
    if (hints) lines.push(...hints, ...frames.filter(isOfCell).map(faint));
    else lines.push(...frames.map(faint), ...extraProperties(thrown));
    if (depth < maximumDepth) {
      for (const [title, inner] of innerErrors(thrown)) {
        if (shown.errors.has(inner)) lines.push(`${bold(title)}: [circular]`);
        else
          lines.push(
            `${bold(title)}:`,
            ...this.#lines(inner, shown, depth + 1).map((line) => `  ${line.replace(/\n/g, '\n  ')}`),
          );
      }
    }
    return lines;
  }

  /** Where to look: the place in a cell, that in a file which could not be parsed, and who called whom. */
  #placesOf(error: Error, run: FailedRun | undefined): ErrorPlaces {
    const stack = readProperty(error, 'stack');
    const head = error instanceof SyntaxError && typeof stack === 'string' ? placeInHead(stack) : undefined;
    const unparsed = head && this.labels.find(head.file, head.line, head.column);
    // A cell that did not compile was called by nobody but the kernel.
    if (unparsed) return { place: unparsed, frames: [] };
    const { message } = nameAndMessage(error);
    const file = (head && findInFile(head)) ?? translationFailure(message)?.place;
    const all = this.#framesOf(error, stack, message);
    const isOfImport =
      file !== undefined ||
      this.#imported.has(error) ||
      importCodes.has(readProperty(error, 'code')) ||
      all.some(isImportFrame);
    const isOld = run !== undefined && this.#noteEnd(error, run) && isOfImport;
    const isNews = (frame: string) => !(isOfCell(frame) || isImportFrame(frame));
    // How the loaders came to their verdict is of no interest.
    const verdict = all.findIndex((frame) => !isLoaderFrame(frame));
    const frames = all
      .slice(verdict < 0 ? all.length : verdict)
      .filter((frame) => !(file && isForeign(frame)) && (!isOld || isNews(frame)));
    const imported =
      run && (run.place ?? (isOfImport ? this.labels.findImport(run.file, message) : undefined));
    const place = this.#firstPlace(frames) ?? imported;
    return { place, file: file ?? this.#ownFile(frames), frames: shownFrames(frames) };
  }

  /** The places of what has no frame of a cell: where a cell threw it, or what it awaited. */
  #completePlaces(thrown: unknown, { file, frames }: ErrorPlaces, run: FailedRun | undefined): ErrorPlaces {
    const stack = stackOf(thrown);
    const thrownBy =
      typeof stack === 'string' ? knownFrames(stack, '', this.labels, this.stacks.isKernelFile) : [];
    return {
      place: this.#firstPlace(thrownBy) ?? run?.awaited,
      file: file ?? this.#ownFile(thrownBy),
      frames: [...frames, ...shownFrames(thrownBy)],
    };
  }

  /** @returns whether the error has ended another run before */
  #noteEnd(error: Error, run: FailedRun): boolean {
    if (run.place) this.#imported.add(error);
    const before = this.#ended.get(error);
    // A second try to show it is no second end.
    if (before === undefined) this.#ended.set(error, run.file);
    return before !== undefined && before !== run.file;
  }

  #framesOf(error: Error, stack: unknown, message: string): string[] {
    if (typeof stack !== 'string') return [];
    const frames = knownFrames(stack, withoutMarks(message), this.labels, this.stacks.isKernelFile);
    const deeper = this.stacks.deeperFrames(error).map((frame) => `    at ${frame}`);
    if (deeper.length === 0) return frames;
    return [...frames, '    ...', ...(frames.some(isOfCell) ? deeper.slice(-1) : deeper)];
  }

  /** The innermost line of the user's own, when that is in a file. */
  #ownFile(frames: readonly string[]): FilePlace | undefined {
    for (const frame of frames) {
      if (this.#placeInCell(frame)) return undefined;
      const place = findOwnPlace(frame);
      if (place) return place;
    }
    return undefined;
  }

  #firstPlace(frames: readonly string[]): SourcePosition | undefined {
    for (const frame of frames) {
      const place = this.#placeInCell(frame);
      if (place) return place;
    }
    return undefined;
  }

  #placeInCell(frame: string): SourcePosition | undefined {
    const place = placeIn(frame);
    const cell = place && this.labels.findByLabel(place.file);
    return cell && { cell, line: place.line, column: place.column };
  }
}

/** What the lines so far have shown. */
interface Shown {
  readonly errors: Set<unknown>;
  readonly places: Set<string>;
  /** Of the error itself, where it is in the cell that it ends. */
  place?: ErrorPlace;
}

interface ErrorPlaces {
  readonly place: SourcePosition | undefined;
  readonly file?: FilePlace | undefined;
  readonly frames: readonly string[];
}

const noPlaces: ErrorPlaces = { place: undefined, frames: [] };

/** What Node's loaders say of a module that they do not find. */
const importCodes = new Set<unknown>([
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
  'ERR_DLOPEN_FAILED',
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
  'ERR_UNSUPPORTED_ESM_URL_SCHEME',
  'ERR_UNKNOWN_BUILTIN_MODULE',
]);
const isOfCell = (frame: string) => frame.includes('Cell [');
const isImportFrame = (frame: string) => /node:internal\/modules\/esm\//.test(frame);
/** The kernel's own part of the loaders runs on their thread, where nobody edits stacks. */
const isLoaderFrame = (frame: string) =>
  /node:internal\/modules\/|[\\/]tsx[\\/]dist[\\/]|[\\/]dist[\\/]hooks\.cjs:/.test(frame);
/** Of Node and of the translator: how it got to a file that it could not parse is of no interest. */
const isForeign = (frame: string) => /\bnode:|[\\/]esbuild[\\/]lib[\\/]/.test(frame);
