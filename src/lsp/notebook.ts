// A notebook that is open in an editor: its cells, TypeScript's answers about them, and which of them are to be checked again.
// Rule: a program has the cells that a request is about as source, and what they rest on as declarations. Declarations are
// taken anew only where what they were taken from has changed, so that an edit goes no further than its effect.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path/posix';
import ts from 'typescript';
import { isMade } from '../language/notebook/module';
import { type Focus, TypeService } from '../language/types/service';
import { findDeclarations, type ProjectSettings, readSettings } from '../language/types/tsconfig';
import { joinSlashed, slashed } from '../text/slashed';
import type { CellText, DocumentCell } from './cell';
import { type Executed, World } from './world';

export interface NotebookOptions {
  /** Where the notebook lives. */
  readonly directory: string;
  /** The kernel's own project for the directory, where packages are looked for last. */
  readonly project?: string;
  /** Shared by all notebooks of the server: parsed files. */
  readonly registry: ts.DocumentRegistry;
  readonly executed?: Executed;
  /** Whether what is being worked out is no longer wanted. */
  isCancelled(): boolean;
}

/** How many cells one program checks at most; a larger one would delay what is known of its first cell. */
const largestBatch = 16;

export class OpenNotebook {
  readonly directory: string;
  readonly world: World;
  readonly settings: ProjectSettings;
  readonly #options: NotebookOptions;
  /** Cells that may have other findings now. */
  #due = new Set<DocumentCell>();
  #opened = '';
  #knownTypes: TypeService | undefined;

  constructor(options: NotebookOptions) {
    this.#options = options;
    this.directory = options.directory;
    this.settings = readSettings(options.directory);
    this.world = new World((path) => this.#readFile(path), options.executed);
  }

  /** TypeScript's service, made when it is first needed. */
  get types(): TypeService {
    const { directory, project, registry, isCancelled } = this.#options;
    const { options, path } = this.settings;
    this.#knownTypes ??= new TypeService({
      directory,
      ...(project !== undefined && { project }),
      compilerOptions: options,
      declarations: path === undefined ? [] : findDeclarations(path),
      notebook: this.world,
      registry,
      offersImports: true,
      isCancelled,
    });
    return this.#knownTypes;
  }

  /** Takes the cells as the document has them now. */
  update(texts: readonly CellText[]): void {
    const changed = this.world.update(texts);
    this.#due = new Set([...changed, ...this.#due]);
    for (const cell of this.#due) if (this.world.cellOf(cell.key) !== cell) this.#due.delete(cell);
  }

  /** Cells ran, or forgot what they had left. @param names those that may mean something else by that */
  executedChanged(names: readonly string[]): void {
    for (const cell of this.world.executedChanged(names)) this.#due.add(cell);
  }

  /** Files on disk have changed. @param packages also those of packages */
  filesChanged(packages: boolean): void {
    if (packages) this.#knownTypes?.packagesChanged();
    for (const cell of this.world.cells) {
      if (!packages && !/['"]\.{1,2}\//.test(cell.source)) continue;
      cell.touch();
      this.#due.add(cell);
    }
    this.#opened = '';
  }

  get hasWork(): boolean {
    return this.#due.size > 0;
  }

  /**
   * Opens a cell for requests, and others beside it, all as their source.
   * @throws ts.OperationCanceledException when the answer is no longer wanted
   */
  open(cell: DocumentCell, others: Iterable<DocumentCell> = []): Focus {
    const cells = [...new Set([cell, ...others])];
    this.#settle(cells);
    this.#openAll(cells);
    return this.types.focusCell(cell);
  }

  /** A cell that is open already. */
  focus(cell: DocumentCell): Focus {
    return this.types.focusCell(cell);
  }

  /** Opens a text alone, for what takes no other cells: TypeScript only parses it. */
  openText(text: string, jsx: boolean): Pick<Focus, 'service' | 'file'> {
    return this.types.focus(text, jsx);
  }

  /** The cell that a file of the program is the module of. */
  cellAt(fileName: string): DocumentCell | undefined {
    const name = basename(fileName);
    return this.world.cellNamed(name.slice(0, name.indexOf('.')));
  }

  /** Whether a file of the program is only there for TypeScript. */
  isVirtual(fileName: string): boolean {
    return isMade(fileName);
  }

  /**
   * Checks some of the cells that are due, those whose turn it is.
   * @param check is called for each of them while it is open
   * @throws ts.OperationCanceledException when something else is wanted; what was not checked stays due
   */
  checkSome(check: (cell: DocumentCell, focus: Focus) => void): void {
    const batch = [...this.#due].slice(0, largestBatch).sort((a, b) => a.index - b.index);
    for (const cell of batch) this.world.bring(cell);
    this.#settle(batch, new Set(batch));
    const due = batch.filter((cell) => cell.checkedIn !== cell.state || cell.settledIn !== cell.state);
    for (const cell of batch) if (!due.includes(cell)) this.#due.delete(cell);
    if (due.length === 0) return;
    const begun: DocumentCell[] = [];
    const end = () => {
      for (const cell of begun) {
        cell.checkedIn = cell.state;
        this.#due.delete(cell);
      }
    };
    try {
      this.#freeze(due, (cell) => {
        begun.push(cell);
        check(cell, this.types.focusCell(cell));
      });
    } catch (error) {
      // One that TypeScript fails on counts as checked until it changes; one that had to make room comes again.
      if (error instanceof ts.OperationCanceledException) begun.pop();
      end();
      throw error;
    }
    end();
  }

  /** Calls back unless what is known of a cell is of its state as it is now. */
  check(cell: DocumentCell, check: (focus: Focus) => void): void {
    const focus = this.open(cell);
    if (cell.checkedIn !== cell.state) check(focus);
    cell.checkedIn = cell.state;
  }

  /** Nobody looks at it any more: what it holds of the files that others have as well is given back. */
  close(): void {
    this.#knownTypes?.dispose();
    this.#knownTypes = undefined;
  }

  #openAll(cells: readonly DocumentCell[]): void {
    const key = `${this.world.revision} ${cells.map(({ name, version }) => `${name}:${version}`).join(' ')}`;
    if (this.#opened === key) return this.types.refresh();
    this.types.open(cells);
    this.#opened = key;
  }

  /** Sees to it that all that cells rest on has its declarations as they are now. @param except what is open as source anyway */
  #settle(cells: readonly DocumentCell[], except: ReadonlySet<DocumentCell> = new Set()): void {
    const pending: DocumentCell[] = [];
    const flush = () => {
      if (pending.length > 0) this.#freeze(pending.splice(0));
    };
    for (const cell of this.#underneath(cells)) {
      if (except.has(cell) || cell.settledIn === cell.state) continue;
      // With its declarations known, what it rests on may turn out to be what it was.
      const waits = cell.settledIn !== '' && pending.some((other) => cell.dependencies.has(other));
      if (waits || pending.length >= largestBatch) flush();
      if (cell.settledIn !== cell.state) pending.push(cell);
    }
    flush();
  }

  /** All that cells rest on, in the order of the notebook, with their tails as they should be. */
  #underneath(cells: readonly DocumentCell[]): DocumentCell[] {
    const found = new Set<DocumentCell>();
    const pending = [...cells];
    for (let cell = pending.pop(); cell; cell = pending.pop()) {
      this.world.bring(cell);
      for (const other of cell.dependencies) {
        if (found.has(other)) continue;
        found.add(other);
        pending.push(other);
      }
    }
    return [...found].sort((a, b) => a.index - b.index);
  }

  /** Takes the declarations of cells in one program. @param look is called for each of them while it is open */
  #freeze(cells: readonly DocumentCell[], look?: (cell: DocumentCell) => void): void {
    const taken = new Map<DocumentCell, string | undefined>();
    try {
      this.#openAll(cells);
      for (const cell of cells) {
        look?.(cell);
        taken.set(cell, this.#declarationsOf(cell));
      }
    } finally {
      for (const cell of cells) if (taken.has(cell)) this.#conclude(cell, taken.get(cell));
      this.types.close();
      this.#opened = '';
    }
  }

  /** Nothing where TypeScript fails on it. */
  #declarationsOf(cell: DocumentCell): string | undefined {
    try {
      return this.types.declarationsOf(cell);
    } catch (error) {
      if (error instanceof ts.OperationCanceledException) throw error;
      return undefined;
    }
  }

  /** @param declarations nothing where others have to read the cell itself */
  #conclude(cell: DocumentCell, declarations: string | undefined): void {
    if (declarations === undefined) delete cell.frozen;
    else cell.frozen = declarations;
    const seen = this.#seenOf(cell);
    if (seen !== cell.seenAs) {
      cell.seenAs = seen;
      cell.outcome++;
      for (const other of cell.dependents) this.#due.add(other);
    }
    cell.settledIn = cell.state;
  }

  /** What others see of a cell, and of the cells that its declarations name. */
  #seenOf({ frozen, state, dependencies, touched }: DocumentCell): string {
    if (frozen === undefined) return state;
    const named = [...dependencies].filter(({ name }) => frozen.includes(`./${name}"`));
    return `${frozen}\n${touched} ${named.map(({ name, outcome }) => `${name}:${outcome}`).join(' ')}`;
  }

  #readFile(path: string): string | undefined {
    try {
      return readFileSync(joinSlashed(slashed(this.directory), path), 'utf8');
    } catch {
      return undefined;
    }
  }
}
