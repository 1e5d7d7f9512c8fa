// Who may import whom, held by reading every import of the source. `floorPlan` is the table in docs/architecture.md.
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
  const path = relative(root, resolve(root, dirname(file), specifier.replace(/\?text$/, '')));
  return (
    [`${path}.ts`, `${path}.d.ts`, join(path, 'index.ts'), path].find((candidate) => known.has(candidate)) ??
    path
  );
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

/**
 * The rooms of src/ and the rooms that each may import from, one row a room. A room inside of another is a room of its
 * own only for execution and language; `execution` means the files at its top.
 */
const floorPlan: { readonly [room: string]: readonly string[] } = {
  index: ['api', 'host', 'system'],
  ahead: ['host', 'system'],
  host: ['api', 'compile', 'completion', 'control', 'debugging', 'magics', 'system', 'text', 'threads'],
  debugging: ['api', 'compile', 'system', 'text', 'threads'],
  control: ['system', 'threads'],
  threads: ['api', 'compile', 'magics', 'realm', 'system'],
  execution: [
    'api',
    'comms',
    'compile',
    'display',
    'globals',
    'realm',
    'standins',
    'system',
    'threads',
    'widgets',
    'execution',
  ],
  'execution/errors': ['api', 'compile', 'realm', 'system', 'text', 'execution/modules'],
  'execution/magics': [
    'api',
    'compile',
    'globals',
    'magics',
    'realm',
    'system',
    'text',
    'threads',
    'execution/modules',
  ],
  'execution/modules': ['compile', 'system', 'text'],
  'execution/values': ['compile', 'realm', 'threads'],
  'execution/process': ['api', 'compile', 'globals', 'realm', 'system', 'threads', 'execution/errors'],
  widgets: ['api', 'comms', 'display', 'globals', 'realm'],
  comms: ['api', 'display', 'globals', 'realm'],
  standins: ['display', 'globals'],
  display: ['api', 'globals', 'realm', 'text'],
  language: ['api', 'compile', 'completion', 'magics', 'system', 'text', 'threads', 'language'],
  'language/answers': [
    'api',
    'compile',
    'completion',
    'text',
    'threads',
    'language/notebook',
    'language/types',
  ],
  'language/notebook': ['api', 'compile'],
  'language/types': ['compile', 'globals', 'system', 'text', 'threads', 'language/notebook'],
  lsp: ['api', 'compile', 'completion', 'host', 'language', 'system', 'text', 'threads'],
  completion: ['api', 'compile', 'globals', 'magics', 'system', 'text', 'threads'],
  compile: ['api', 'magics', 'text'],
  text: ['api'],
  globals: [],
  magics: [],
  realm: [],
  system: [],
  api: [],
};

const roomIn = (room: string) => room.split('/')[0]!;

/** The room of a file of src/, and the name of a file at its top. */
function roomOf(file: string): string | undefined {
  const [top, ...rest] = file.split('/');
  if (top !== 'src') return undefined;
  const folders = rest.slice(0, -1);
  if (folders.length === 0) return rest[0]!.replace(/\.ts$/, '');
  const isDivided = folders[0] === 'execution' || folders[0] === 'language';
  return folders.slice(0, isDivided ? 2 : 1).join('/');
}

describe('imports', () => {
  test('are understood: relative ones lead to a file', () => {
    const lost = imports.filter(({ to }) => folders.some((folder) => inside(folder)(to)) && !known.has(to));
    expect(
      lost.filter(({ to }) => !statSync(join(root, to), { throwIfNoEntry: false })?.isFile()).map(say),
    ).toEqual([]);
  });

  test('kernel knows the engine by its doors only', () => {
    const doors = ['src/index.ts', 'src/ahead.ts'];
    expect(
      offences(({ from, to }) => inside('kernel')(from) && inside('src')(to) && !doors.includes(to)),
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

  test('the installer stands alone, but asks the kernel for its settings, who can reach it and what it can find', () => {
    expect(
      offences(
        ({ from, to }) =>
          inside('kernelspec')(from) &&
          inside('kernel', 'src')(to) &&
          ![
            'src/host/settings.ts',
            'kernel/exposure.ts',
            'src/system/processes.ts',
            'src/system/address-space.ts',
          ].includes(to),
      ),
    ).toEqual([]);
    expect(offences(({ from, to }) => inside('kernel', 'src')(from) && inside('kernelspec')(to))).toEqual([]);
  });

  test('keep to the floor plan', () => {
    const isAllowed = (from: string, to: string) =>
      from === to || floorPlan[from]?.includes(to) || floorPlan[from]?.includes(roomIn(to));
    const strays = imports.flatMap((imported) => {
      const [from, to] = [roomOf(imported.from), roomOf(imported.to)];
      return from === undefined || to === undefined || isAllowed(from, to) ? [] : [say(imported)];
    });
    expect(strays).toEqual([]);
  });

  test('the floor plan has no arrow that nothing needs', () => {
    const used = new Set(imports.map(({ from, to }) => `${roomOf(from)} ${roomOf(to)}`));
    const unused = Object.entries(floorPlan).flatMap(([from, targets]) =>
      targets
        .filter(
          (to) => ![...used].some((arrow) => arrow === `${from} ${to}` || arrow.startsWith(`${from} ${to}/`)),
        )
        .map((to) => `${from} ${to}`),
    );
    expect(unused).toEqual([]);
  });

  test('the floor plan is the one in docs/architecture.md', () => {
    const said = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
    for (const [room, targets] of Object.entries(floorPlan))
      expect(said).toContain(`| ${room} | ${targets.join(' ') || 'nothing'} |`);
  });

  test('a worker’s entry file is imported by nobody', () => {
    expect(offences(({ to }) => /^src\/[^/]+\/worker\.ts$/.test(to))).toEqual([]);
  });

  test('TypeScript is named in compile, completion, language and lsp only', () => {
    expect(
      offences(
        ({ from, to }) =>
          inside('typescript')(to) &&
          !inside('src/compile', 'src/completion', 'src/language', 'src/lsp')(from),
      ),
    ).toEqual([]);
  });

  test.each(['kernel/main.ts', 'src/execution/worker.ts'])('%s does not load TypeScript', (entry) => {
    expect([...loadedBy(entry)].filter(inside('typescript', 'ts-blank-space'))).toEqual([]);
  });

  test('the language server for editors is loaded by nothing else', () => {
    expect(offences(({ from, to }) => inside('src/lsp')(to) && !inside('src/lsp')(from))).toEqual([]);
  });

  test('ZeroMQ is the sockets’ affair, and that of who asks them: the doctor, and the client that prepares caches', () => {
    expect(
      offences(
        ({ from, to }) =>
          inside('zeromq')(to) &&
          !['kernel/sockets.ts', 'kernel/prepare.ts', 'kernelspec/probe.ts', 'kernelspec/zeromq.ts'].includes(
            from,
          ),
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
