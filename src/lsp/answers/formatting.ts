// A cell in good form: by the formatter that the project has (Biome, Prettier), else by TypeScript's.
// Rule: magics stay as they are, at their place; a cell with a mistake in its syntax stays as it is, whoever would format it.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import ts from 'typescript';
import type { FormattingOptions, TextEdit } from 'vscode-languageserver';
import { parseCell } from '../../compile/parse';
import { findPackage, findUpwards } from '../../system/lookup';
import type { DocumentCell } from '../cell';
import { editsIn, textEdit } from '../edits';
import type { OpenNotebook } from '../notebook';
import type { Selection } from '../subject';

/** How long a formatter may take, in milliseconds. */
const patience = 10_000;

/** Prettier, as far as it is called. */
interface Prettier {
  resolveConfig(path: string): Promise<object | null>;
  format(text: string, options: object): Promise<string>;
}

/**
 * Puts a whole cell in form.
 * @throws Error with what the project's formatter says, when it refuses the text
 */
export async function format(
  notebook: OpenNotebook,
  cell: DocumentCell,
  options: FormattingOptions,
): Promise<TextEdit[]> {
  if (!cell.isCode || cell.source.trim() === '' || cell.magics.some(({ entry }) => entry.kind === 'cell'))
    return [];
  if (parseCell(cell.code).problems.length > 0) return [];
  const byProject = formatterOf(notebook.directory, cell.outline.jsx);
  if (!byProject) return formatRange({ notebook, cell, offset: 0, end: cell.source.length }, options);
  const veiled = veil(cell);
  const ending = /\n?$/.exec(cell.source)![0];
  const formed = await byProject(veiled.text);
  const text = formed === undefined ? undefined : veiled.lift(formed.trimEnd());
  if (text === undefined || text + ending === cell.source) return [];
  return [textEdit(cell, { start: 0, end: cell.source.length, text: text + ending })];
}

/** Puts a piece of a cell in form, by TypeScript's formatter: the others know whole texts only. */
export function formatRange({ cell, offset, end }: Selection, options: FormattingOptions): TextEdit[] {
  if (!cell.isCode) return [];
  const { tabSize, insertSpaces } = options;
  const code = cell.shift > 0 ? `(${cell.code}\n)` : cell.code;
  const file = cell.outline.jsx ? 'cell.tsx' : 'cell.ts';
  const settings = {
    ...ts.getDefaultFormatCodeSettings('\n'),
    tabSize,
    indentSize: tabSize,
    convertTabsToSpaces: insertSpaces,
  };
  const [start, last] = [offset + cell.shift, end + cell.shift];
  const changes = readerOf(file, code).getFormattingEditsForRange(file, start, last, settings);
  // One by one: what would change a magic is left out, the rest is made.
  return changes.flatMap((change) => (editsIn(cell, [change]) ?? []).map((edit) => textEdit(cell, edit)));
}

/** TypeScript's service for one text alone, which it parses: form takes no types. */
const readerOf = (file: string, text: string): ts.LanguageService =>
  ts.createLanguageService(
    {
      getCompilationSettings: () => ({}),
      getCurrentDirectory: () => '/',
      getDefaultLibFileName: () => 'lib.d.ts',
      getScriptFileNames: () => [file],
      getScriptVersion: () => '1',
      getScriptSnapshot: () => ts.ScriptSnapshot.fromString(text),
      fileExists: () => false,
      readFile: () => undefined,
    },
    undefined,
    ts.LanguageServiceMode.Syntactic,
  );

type Formatter = (text: string) => Promise<string | undefined>;

function formatterOf(directory: string, jsx: boolean): Formatter | undefined {
  const file = join(directory, jsx ? 'cell.tsx' : 'cell.ts');
  const isBiome = findUpwards(directory, 'biome.json') ?? findUpwards(directory, 'biome.jsonc');
  const biome = isBiome && findPackage('.bin/biome', directory);
  if (biome && existsSync(biome)) return (text) => runBiome(biome, text, basename(file), directory);
  const prettier = findPackage('prettier', directory);
  if (!prettier) return undefined;
  return async (text) => {
    const { resolveConfig, format } = createRequire(join(directory, 'notebook.js'))('prettier') as Prettier;
    return format(text, { ...(await resolveConfig(file)), parser: 'typescript' });
  };
}

function runBiome(program: string, text: string, file: string, cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const words = ['format', `--stdin-file-path=${file}`];
    const options = { cwd, timeout: patience, shell: process.platform === 'win32' };
    const child = execFile(program, words, options, (error, stdout, stderr) =>
      error ? reject(new Error(stderr.trim() || error.message)) : resolve(stdout),
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(text);
  });
}

/** The source with comments in the place of its magics, and the way back; nothing if one was lost. */
function veil({ source, magics }: DocumentCell): { text: string; lift(text: string): string | undefined } {
  const lines: string[] = [];
  let text = '';
  let at = 0;
  for (const { start, end } of magics) {
    text += `${source.slice(at, start)}//tskernel:${lines.length}`;
    lines.push(source.slice(start, end));
    at = end;
  }
  return {
    text: text + source.slice(at),
    lift: (formed) => {
      let count = 0;
      const lifted = formed.replace(/^[ \t]*\/\/ ?tskernel:(\d+)/gm, (_, number: string) => {
        count++;
        return lines[Number(number)] ?? '';
      });
      return count === lines.length ? lifted : undefined;
    },
  };
}
