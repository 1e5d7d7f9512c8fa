// A source that is being edited, in the place of the one before. TypeScript makes a new program and a new checker for each text of
// it, which takes longer than most answers, though all that the checker knows of other files is still right.
// Rule: only while no other file has changed, and only of a source that imports what is there and tells other files nothing.
import ts from 'typescript';
import { type CellInProgress, cellPrefix, valuePrefix } from '../notebook/module';
import { bind, canBind } from './binding';

/** What a program writes into its files, the same for each text of one. */
const givenByProgram = [
  'path',
  'resolvedPath',
  'originalFileName',
  'packageJsonLocations',
  'packageJsonScope',
  'moduleAugmentations',
  'ambientModuleNames',
];

/** What a source needs to import more than its tail does. */
const importing = /\b(?:import|export|require|reference)\b/;

/** After so many letters, in all texts together, the checker is made anew: it keeps their trees. */
const mostLetters = 20_000;

/** The modules that a tail imports, in quotes. */
const modulesOf = (tail: string): Set<string> => new Set(tail.match(modules));
const modules = new RegExp(`"\\./(?:${cellPrefix}|${valuePrefix})[^"]*"`, 'g');

/** Whether a source has to do with other files by its tail alone. */
const isPlain = ({ text, tail, outline }: CellInProgress): boolean =>
  !outline.jsx && !outline.changesGlobals && !importing.test(text.slice(0, -tail.length));

/** TypeScript keeps to itself what a file imports. */
interface InProgram extends ts.SourceFile {
  imports?: readonly ts.StringLiteralLike[];
}

/** A program, and the source that is being edited in it. */
interface Opened {
  readonly program: ts.Program;
  readonly file: ts.SourceFile;
}

interface Files {
  /** The paths of those that not every program has, and that are not made for a cell. They may add to the globals. */
  readonly others: readonly string[];
  /** What there was of files when the program was made. */
  readonly state: string;
}

/** The program of a source that is being edited. */
export class DraftProgram {
  readonly program: ts.Program;
  readonly files: Files;
  readonly #modules: ReadonlySet<string>;
  readonly #imports: readonly ts.StringLiteralLike[];
  #file: InProgram;
  #letters: number;

  /** @returns nothing where another source could not take the place of this one */
  static of(opened: Opened, draft: CellInProgress, files: Files): DraftProgram | undefined {
    return canBind && isPlain(draft) ? new DraftProgram(opened, draft, files) : undefined;
  }

  private constructor({ program, file }: Opened, { tail }: CellInProgress, files: Files) {
    this.program = program;
    this.files = files;
    this.#file = file;
    this.#letters = file.text.length;
    this.#modules = modulesOf(tail);
    this.#imports = this.#file.imports ?? [];
    const { getSourceFile } = program;
    // The checker and the service ask the program for files by their names, each time.
    program.getSourceFile = (name) => (name === this.#file.fileName ? this.#file : getSourceFile(name));
  }

  /** The source as it is now. */
  get file(): ts.SourceFile {
    return this.#file;
  }

  /** Whether a source may take the place of the one that is there. */
  takes(draft: CellInProgress): boolean {
    if (this.#letters + draft.text.length > mostLetters || !isPlain(draft)) return false;
    const wanted = modulesOf(draft.tail);
    const isSame = wanted.size === this.#modules.size || this.files.others.length === 0;
    return isSame && [...wanted].every((module) => this.#modules.has(module));
  }

  /**
   * @param draft a source that it takes
   * @param snapshot its text, with the version that the host gives it
   */
  take({ tail }: CellInProgress, snapshot: ts.IScriptSnapshot, version: string): void {
    this.#letters += snapshot.getLength();
    const file: InProgram = ts.updateLanguageServiceSourceFile(this.#file, snapshot, version, undefined);
    for (const name of givenByProgram) Reflect.set(file, name, Reflect.get(this.#file, name));
    const wanted = modulesOf(tail);
    const isDropped = (module: string) => this.#modules.has(module) && !wanted.has(module);
    file.imports = this.#imports.filter(({ text }) => !isDropped(JSON.stringify(text)));
    bind(file, this.program.getCompilerOptions());
    this.#file = file;
  }
}
