// Who may import whom, held by reading every import of the source. The rules are the architecture's, one test each.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = resolve(__dirname, '../..');
const folders = ['kernel', 'src', 'kernelspec'];

interface Import {
  readonly from: string;
  /** A file of ours relative to the root, or a package's name. */
  readonly to: string;
  /** Erased by the compiler: costs nothing at run time. */
  readonly typeOnly: boolean;
}

const files = folders
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith('.ts'));
const known = new Set(files);
const imports = files.flatMap(importsOf);

function importsOf(file: string): Import[] {
  const source = readFileSync(join(root, file), 'utf8');
  const statement =
    /^\s*(?:import|export)\s+(type\s)?[^'"`;()]*?from\s*['"]([^'"]+)['"]|^\s*import\s*()['"]([^'"]+)['"]|(?<!["'`])\b(?:import|require)\s*\(\s*()['"]([^'"]+)['"]/gm;
  return [...source.matchAll(statement)].map((match) => {
    const specifier = match[2] ?? match[4] ?? match[6] ?? '';
    return { from: file, to: resolveImport(file, specifier), typeOnly: match[1] !== undefined };
  });
}

function resolveImport(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const path = relative(root, resolve(root, dirname(file), specifier));
  return [`${path}.ts`, join(path, 'index.ts'), path].find((candidate) => known.has(candidate)) ?? path;
}

const inside =
  (...folder: string[]) =>
  (file: string) =>
    folder.some((name) => file === name || file.startsWith(`${name}/`));
const say = ({ from, to }: Import) => `${from} imports ${to}`;
const offences = (offends: (imported: Import) => boolean) => imports.filter(offends).map(say);

/** Everything that loading `file` loads, packages included. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  for (const { from, to, typeOnly } of imports) {
    if (from !== file || typeOnly || seen.has(to)) continue;
    seen.add(to);
    loadedBy(to, seen);
  }
  return seen;
}

describe('imports', () => {
  test('are understood: relative ones lead to a file', () => {
    const lost = imports.filter(({ to }) => folders.some((folder) => inside(folder)(to)) && !known.has(to));
    expect(
      lost.filter(({ to }) => !statSync(join(root, to), { throwIfNoEntry: false })?.isFile()).map(say),
    ).toEqual([]);
  });

  test('kernel knows the engine by its door only', () => {
    expect(
      offences(({ from, to }) => inside('kernel')(from) && inside('src')(to) && to !== 'src/index.ts'),
    ).toEqual([]);
  });

  test('src knows nothing of kernel', () => {
    expect(offences(({ from, to }) => inside('src')(from) && inside('kernel', 'kernelspec')(to))).toEqual([]);
  });

  test('src knows no word of Jupyter’s protocol', () => {
    const words = /parent_?header|execution_?count|iopub|zeromq|\w+_(?:request|reply)\b/i;
    const said = files.filter(inside('src')).flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .flatMap((line, index) => (words.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
    );
    expect(said).toEqual([]);
  });

  test('the installer stands alone, but asks the kernel where it keeps its data and who can reach it', () => {
    expect(
      offences(
        ({ from, to }) =>
          inside('kernelspec')(from) &&
          inside('kernel', 'src')(to) &&
          !['kernel/data.ts', 'kernel/exposure.ts'].includes(to),
      ),
    ).toEqual([]);
    expect(offences(({ from, to }) => inside('kernel', 'src')(from) && inside('kernelspec')(to))).toEqual([]);
  });

  test('the compiler needs neither the execution nor the language service', () => {
    expect(
      offences(({ from, to }) => inside('src/compile')(from) && inside('src/execution', 'src/language')(to)),
    ).toEqual([]);
  });

  test('a worker’s entry file is imported by nobody', () => {
    expect(offences(({ to }) => /^src\/[^/]+\/worker\.ts$/.test(to))).toEqual([]);
  });

  test('TypeScript is named in compile and language only', () => {
    expect(
      offences(({ from, to }) => inside('typescript')(to) && !inside('src/compile', 'src/language')(from)),
    ).toEqual([]);
  });

  test.each(['kernel/main.ts', 'src/execution/worker.ts'])('%s does not load TypeScript', (entry) => {
    expect([...loadedBy(entry)].filter(inside('typescript', 'ts-blank-space'))).toEqual([]);
  });

  test('ZeroMQ is the sockets’ affair, and the doctor’s who asks them', () => {
    expect(
      offences(
        ({ from, to }) =>
          inside('zeromq')(to) && !['kernel/sockets.ts', 'kernelspec/probe.ts'].includes(from),
      ),
    ).toEqual([]);
  });

  test('never go round in a circle', () => {
    const circles: string[] = [];
    const done = new Set<string>();
    const walk = (file: string, path: readonly string[]) => {
      if (path.includes(file)) {
        circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
        return;
      }
      if (done.has(file)) return;
      for (const { from, to } of imports) if (from === file && known.has(to)) walk(to, [...path, file]);
      done.add(file);
    };
    for (const file of files) walk(file, []);
    expect(circles).toEqual([]);
  });
});
