// Node's loader hooks around the TypeScript loader: cells import from the notebook, local modules that changed are loaded
// again, `npm:` specifiers, text and bytes. Rule: works alike in the user's thread and, where Node has no hooks there
// (before 22.15), in Node's own thread for loaders; so it keeps no state outside and is told things over a port.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { isPackaged } from '../../system/lookup';
import { isBare, withoutNpm } from '../../text/specifiers';
import { DecoratedFiles } from './decorated';
import { namingSpecifier } from './elsewhere';
import { fileOf, ModuleGraph, withoutVersion, withVersion } from './graph';
import { translating } from './translator';

export interface HookOptions {
  /** The directory of the notebook. */
  readonly directory: string;
  /** The kernel's own project for it, where packages are looked for last. */
  readonly project: string | undefined;
  /** Commands arrive here, in the order in which they were sent. */
  readonly port: MessagePort;
}

export type HookOrder =
  | { readonly kind: 'autoreload'; readonly on: boolean }
  /** Load these again when they are imported next; all when absent. */
  | { readonly kind: 'reload'; readonly urls?: readonly string[] }
  /** The last import of this by a cell has failed, or was cut off, before there were hooks, and Node would remember that. */
  | { readonly kind: 'retry'; readonly specifier: string; readonly wasCut: boolean }
  /** What was loaded since then, in nanoseconds of `process.hrtime`, was cut off and will never be whole. */
  | { readonly kind: 'unfinished'; readonly since: bigint };

/** Marks the module whose `import.meta` cells have. */
export const metaQuery = '?import.meta';

interface ResolveContext {
  readonly parentURL?: string;
  readonly conditions: readonly string[];
  readonly importAttributes?: { readonly [name: string]: string | undefined };
}
interface Resolved {
  readonly url: string;
  readonly format?: string | null;
  readonly [name: string]: unknown;
}
interface LoadContext {
  readonly format?: string | null;
  readonly importAttributes?: { readonly [name: string]: string | undefined };
}
interface Loaded {
  readonly format: string;
  readonly shortCircuit?: boolean;
  readonly source?: unknown;
}
/** The hooks of a thread for loaders may wait, those of the user's thread may not. */
type Maybe<T> = T | Promise<T>;

export interface Hooks {
  resolve(
    specifier: string,
    context: ResolveContext,
    next: (specifier: string, context: ResolveContext) => Maybe<Resolved>,
  ): Maybe<Resolved>;
  load(
    url: string,
    context: LoadContext,
    next: (url: string, context: LoadContext) => Maybe<Loaded>,
  ): Maybe<Loaded>;
}

export function createHooks({ directory, project, port }: HookOptions): Hooks {
  const graph = new ModuleGraph();
  const notebook = pathToFileURL(join(directory, 'notebook.mts')).href;
  const fallback = project === undefined ? undefined : pathToFileURL(join(project, 'notebook.mts')).href;
  const decorated = new DecoratedFiles(directory);
  let isAutomatic = true;
  /** Whether each was cut off. */
  const retried = new Map<string, boolean>();
  /** Files that were cut off, as far as anybody can tell. */
  const cut = new Set<string>();
  /** Files of packages that Node knows under another URL since an import of theirs failed, and the version in that. */
  const renamed = new Map<string, number>();
  /** Files of packages, and when a cell last asked for them, in nanoseconds: Node may have them from before there were hooks. */
  const asked = new Map<string, bigint>();
  /** Files, and when they were last loaded, in nanoseconds. */
  const loads = new Map<string, bigint>();

  function takeOrders(): void {
    for (;;) {
      const order = (receiveMessageOnPort(port) as { message: HookOrder } | undefined)?.message;
      if (!order) return;
      if (order.kind === 'autoreload') isAutomatic = order.on;
      else if (order.kind === 'retry') retried.set(order.specifier, order.wasCut);
      else if (order.kind === 'unfinished') renewSince(order.since);
      else if (order.urls) graph.renew(order.urls);
      else graph.renewAll();
    }
  }

  function renewSince(since: bigint): void {
    const sinceThen = (times: ReadonlyMap<string, bigint>) =>
      [...times].filter(([, time]) => time >= since).map(([url]) => url);
    const unfinished = new Set([...sinceThen(loads), ...sinceThen(asked)]);
    for (const url of unfinished) if (isPackaged(url)) renamed.set(url, (renamed.get(url) ?? 0) + 1);
    // What Node gave without loading it was cut off together with what it imports.
    for (const url of unfinished) if (!loads.has(url)) cut.add(url);
    graph.renew([...unfinished].map(fileOf));
  }

  /** Cells have file names in the notebook's directory, but nobody imports them. */
  const isCellFile = (url: string) =>
    url.startsWith('file:') && dirname(url) === dirname(notebook) && !graph.has(url);

  function loadDecorated(url: string, { format }: LoadContext): Loaded | undefined {
    if (format !== 'module' || !url.startsWith('file:') || isPackaged(url)) return undefined;
    const source = decorated.translate(fileURLToPath(withoutVersion(url)), format);
    return source === undefined ? undefined : { format, source, shortCircuit: true };
  }

  /** What is imported by a file that was renamed has failed with it, as far as anybody can tell. */
  function renamePackaged(
    resolved: Resolved,
    specifier: string,
    parentURL: string | undefined,
    isCell: boolean,
  ) {
    const { url, format } = resolved;
    const importer = parentURL === undefined ? '' : withoutVersion(parentURL);
    if (isCell) asked.set(url, process.hrtime.bigint());
    const isRetried = isCell && retried.has(specifier);
    const isCut = cut.has(importer) || (isRetried && retried.get(specifier) === true);
    if (isRetried) retried.delete(specifier);
    if (isCut) cut.add(url);
    // CommonJS in JavaScript goes by its path, and cannot have failed before it ran.
    const hasName = format === 'commonjs' && !/\.[mc]?tsx?$/.test(url);
    const isFailed = !hasName && (isRetried || renamed.has(importer));
    if (!renamed.has(url) && (isCut || isFailed)) renamed.set(url, 1);
    return { ...resolved, url: withVersion(url, renamed.get(url) ?? 0) };
  }

  return {
    resolve(asked, context, next) {
      if (asked.endsWith(metaQuery))
        return { url: notebook + metaQuery, format: 'module', shortCircuit: true };
      // require() finds its way by file names, which have no versions.
      const isRequire = context.conditions.includes('require') && !context.conditions.includes('import');
      const { parentURL } = context;
      const isPackage = parentURL !== undefined && isPackaged(parentURL);
      const isCell = parentURL === undefined || isCellFile(parentURL);
      const parent = isCell && !isRequire ? notebook : parentURL;
      if (isCell && !isRequire) {
        takeOrders();
        if (isAutomatic) graph.refresh();
      }
      const specifier = withoutNpm(asked);
      const inside = { ...context, parentURL: parent };
      const found = attempt(
        () => next(specifier, inside),
        (error) => {
          // `lodash/fp` is a directory, and fp.js beside it, which require() and bundlers take.
          if (isDirectory(error) && isBare(specifier) && parent?.startsWith('file:'))
            return next(pathToFileURL(createRequire(parent).resolve(specifier)).href, inside);
          if (fallback === undefined || isPackage || !isBare(specifier) || !isMissing(error))
            throw namingSpecifier(error, specifier);
          return attempt(
            () => next(specifier, { ...inside, parentURL: fallback }),
            () => {
              throw error;
            },
          );
        },
      );
      return follow(found, (resolved) => {
        const { url } = resolved;
        if (isRequire || !url.startsWith('file:')) return resolved;
        if (isPackaged(url)) return renamePackaged(resolved, specifier, parentURL, isCell);
        const file = fileOf(url);
        const version = graph.visit(file, isCell ? undefined : parentURL);
        if (!isModuleText(file, resolved.format)) return { ...resolved, url: withVersion(url, version) };
        return { ...resolved, format: 'module', url: withVersion(file, version) };
      });
    },
    load(url, context, next) {
      if (url.endsWith(metaQuery))
        return { format: 'module', source: 'export default import.meta;', shortCircuit: true };
      if (url.startsWith('file:')) loads.set(withoutVersion(url), process.hrtime.bigint());
      const type = context.importAttributes?.type;
      if (type !== 'text' && type !== 'bytes') {
        return attempt(
          () => loadDecorated(url, context) ?? translating(() => next(url, context)),
          (error) => {
            throw ofQuestionMark(error, url) ?? namingSpecifier(error, url);
          },
        );
      }
      const path = JSON.stringify(fileURLToPath(withoutVersion(url)));
      const source =
        type === 'text'
          ? `export default ${JSON.stringify(readFileSync(fileURLToPath(url), 'utf8'))};`
          : `import { readFileSync } from 'node:fs'; export default new Uint8Array(readFileSync(${path}));`;
      return { format: 'module', source, shortCircuit: true };
    },
  };
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

/** tsx takes what follows a question mark for no part of the path, and so the file for JavaScript. */
function ofQuestionMark(error: unknown, url: string): Error | undefined {
  const isTaken = String((error as Error | null)?.message).startsWith('Transform failed');
  if (!isTaken || !/^file:[^?]*%3f/i.test(url)) return undefined;
  return notTranslated(fileURLToPath(withoutVersion(url)));
}

export function notTranslated(path: string): Error {
  return new Error(
    `'${path}' is not translated, since there is a "?" in its path: rename the file or folder`,
  );
}

const isDirectory = (error: unknown) =>
  (error as NodeJS.ErrnoException).code === 'ERR_UNSUPPORTED_DIR_IMPORT';

/**
 * TypeScript that is written as a module is one, whatever package.json says of JavaScript: the loader would make CommonJS
 * of it, which knows no top-level await. One that speaks both languages stays what package.json says.
 */
function isModuleText(file: string, format: unknown): boolean {
  if (format !== 'commonjs' || !/\.tsx?$/.test(file)) return false;
  const text = readFileSync(fileURLToPath(file), 'utf8');
  const isModule = /^\s*(?:import|export)\b(?!\s*\()|^\s*await\b/m.test(text);
  const isCommonJs = /\b(?:require\s*\(|__dirname\b|__filename\b|module\.exports\b|exports\.)/.test(text);
  return isModule && !isCommonJs;
}

function follow<T, R>(value: Maybe<T>, then: (value: T) => Maybe<R>): Maybe<R> {
  return value instanceof Promise ? value.then(then) : then(value);
}

/** Runs an attempt; `otherwise` gets what it throws or rejects with. */
function attempt<T>(work: () => Maybe<T>, otherwise: (error: unknown) => Maybe<T>): Maybe<T> {
  try {
    const value = work();
    return value instanceof Promise ? value.catch(otherwise) : value;
  } catch (error) {
    return otherwise(error);
  }
}
