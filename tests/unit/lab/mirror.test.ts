import { describe, expect, test } from '@jest/globals';
import {
  type Connection,
  type DidChangeNotebookDocumentParams,
  NotebookDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type CellKind, type CellText, Mirror } from '../../../lab/src/mirror';

/** A notebook `a: text`; markdown is `#`, raw is `-` in front of the name. */
const read = (...lines: readonly string[]): CellText[] =>
  lines.map((line) => {
    const [, sign, name, text] = /^([#-]?)(\w+): ?(.*)$/s.exec(line)!;
    const kind: CellKind = sign === '#' ? 'markdown' : sign === '-' ? 'raw' : 'code';
    return { uri: `n#${name}`, kind, text: text! };
  });

const copy = (message: unknown): unknown => JSON.parse(JSON.stringify(message));

/** A server of the library that most servers use, and what it has. */
class Server {
  readonly #documents = new NotebookDocuments(TextDocument);
  readonly #handlers: { [method: string]: (params: unknown) => Promise<void> } = {};
  readonly mirror = new Mirror('n');

  constructor() {
    const hear = (method: string) => (handler: (params: unknown) => Promise<void>) => {
      this.#handlers[method] = handler;
      return { dispose() {} };
    };
    const synchronization = {
      onDidOpenNotebookDocument: hear('open'),
      onDidChangeNotebookDocument: hear('change'),
      onDidSaveNotebookDocument: hear('save'),
      onDidCloseNotebookDocument: hear('close'),
    };
    const connection: unknown = {
      notebooks: { synchronization },
      onDidOpenTextDocument: hear('openText'),
      onDidChangeTextDocument: hear('changeText'),
      onDidCloseTextDocument: hear('closeText'),
      onWillSaveTextDocument: hear('willSave'),
      onWillSaveTextDocumentWaitUntil: hear('willSaveUntil'),
      onDidSaveTextDocument: hear('saveText'),
    };
    this.#documents.listen(connection as Connection);
  }

  open(...lines: readonly string[]): Promise<void> {
    return this.#handlers.open!(copy(this.mirror.open(read(...lines))));
  }

  async update(...lines: readonly string[]): Promise<readonly DidChangeNotebookDocumentParams[]> {
    const messages = this.mirror.update(read(...lines), () => true);
    for (const message of messages) await this.#handlers.change!(copy(message));
    return messages;
  }

  /** Cells as they are written in `read`. */
  get cells(): string[] {
    const { cells } = this.#documents.getNotebookDocument('n')!;
    return cells.map((cell) => {
      const document = this.#documents.getCellTextDocument(cell)!;
      expect(cell.kind).toBe(document.languageId === 'typescript' ? 2 : 1);
      expect(document.version).toBe(this.mirror.versionOf(document.uri));
      const sign = { typescript: '', markdown: '#', raw: '-' }[document.languageId];
      return `${sign}${document.uri.slice(2)}: ${document.getText()}`;
    });
  }
}

describe('the server has the notebook as it is', () => {
  const start = ['a: 1', '#b: text', 'c: 3', 'd: 4'];

  test.each<[string, string[], number]>([
    ['an edit', ['a: 12', '#b: text', 'c: 3', 'd: 4'], 1],
    ['nothing', start, 0],
    ['a cell in between', ['a: 1', 'x: new', '#b: text', 'c: 3', 'd: 4'], 1],
    ['cells that went', ['a: 1', 'd: 4'], 1],
    ['a cell that moved up', ['a: 1', 'd: 4', '#b: text', 'c: 3'], 1],
    ['a cell that moved and was edited', ['c: 33', 'a: 1', '#b: text', 'd: 4'], 2],
    ['a cell of another type', ['a: 1', 'b: text', 'c: 3', 'd: 4'], 2],
    ['code that became raw, edited', ['a: 1', '#b: text', '-c: 5', 'd: 4'], 2],
    ['another order', ['d: 4', 'c: 3', '#b: text', 'a: 1'], 1],
    ['all at once', ['x: new', '-d: 4', 'a: 11', 'b: code'], 3],
    ['no cells', [], 1],
  ])('after %s', async (_, after, messages) => {
    const server = new Server();
    await server.open(...start);
    expect(server.cells).toEqual(start);
    expect(await server.update(...after)).toHaveLength(messages);
    expect(server.cells).toEqual(after);
    // And back again, as by undo.
    await server.update(...start);
    expect(server.cells).toEqual(start);
  });

  test('after many changes by chance', async () => {
    let seed = 7;
    const chance = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    const server = new Server();
    await server.open();
    let cells: string[] = [];
    for (let step = 0; step < 500; step++) {
      const names = 'abcdefgh'.split('').sort(() => chance(3) - 1);
      const kept = new Map(cells.map((line) => [/\w/.exec(line)![0], line]));
      cells = names.slice(0, chance(9)).map((name) => {
        const old = kept.get(name);
        return old && chance(3) > 0
          ? old
          : `${['', '', '#', '-'][chance(4)]}${name}: ${'xyz\n'.repeat(chance(3))}${chance(9)}`;
      });
      await server.update(...cells);
      expect(server.cells).toEqual(cells);
    }
  });
});

test('of cells that nobody edited the text is not even read', () => {
  const mirror = new Mirror('n');
  mirror.open(read('a: 1', 'b: 2'));
  const cells = read('a: 1', 'b: 3').map((cell) => ({
    ...cell,
    get text(): string {
      if (cell.uri === 'n#a') throw new Error('was read');
      return cell.text;
    },
  }));
  expect(mirror.update(cells, (uri) => uri === 'n#b')).toHaveLength(1);
});
