// What a younger Node than this one has: since when, for errors about its absence.
// Rule: the version in which it is there without a flag. Methods stand here only if their names leave no doubt whose they are.

export const globals: { readonly [name: string]: string } = {
  navigator: '21',
  Iterator: '22',
  WebSocket: '22',
  CloseEvent: '23',
  URLPattern: '24',
  Float16Array: '24',
  DisposableStack: '24',
  AsyncDisposableStack: '24',
  SuppressedError: '24',
  ErrorEvent: '25',
  Temporal: '26',
};

export const members: { readonly [path: string]: string } = {
  'Object.groupBy': '21',
  'Map.groupBy': '21',
  'JSON.rawJSON': '21',
  'JSON.isRawJSON': '21',
  'Promise.withResolvers': '22',
  'Array.fromAsync': '22',
  'Iterator.from': '22',
  'Promise.try': '23',
  'Intl.DurationFormat': '23',
  'RegExp.escape': '24',
  'Error.isError': '24',
  'Math.f16round': '24',
  'Atomics.pause': '24',
  'Uint8Array.fromBase64': '25',
  'Uint8Array.fromHex': '25',
  'Iterator.concat': '26',
  'fs.glob': '22',
  'fs.globSync': '22',
  'zlib.zstdCompressSync': '22.15',
  'zlib.zstdDecompressSync': '22.15',
};

const methods: { readonly [name: string]: readonly [of: string, since: string] } = {
  union: ['Sets', '22'],
  intersection: ['Sets', '22'],
  difference: ['Sets', '22'],
  symmetricDifference: ['Sets', '22'],
  isSubsetOf: ['Sets', '22'],
  isSupersetOf: ['Sets', '22'],
  isDisjointFrom: ['Sets', '22'],
  getFloat16: ['DataViews', '24'],
  setFloat16: ['DataViews', '24'],
  toBase64: ['Uint8Arrays', '25'],
  setFromBase64: ['Uint8Arrays', '25'],
  setFromHex: ['Uint8Arrays', '25'],
  getOrInsert: ['Maps', '26'],
  getOrInsertComputed: ['Maps', '26'],
};

/** Of iterators, where what was called gives one. */
const iteratorMethods =
  /\b(?:values|keys|entries|matchAll)\(\.\.\.\)\.(map|filter|take|drop|flatMap|reduce|toArray|forEach|some|every|find)$/;
const modules: { readonly [name: string]: string } = { 'node:sqlite': '22.13' };
const syntax: readonly (readonly [message: RegExp, what: string, since: string])[] = [
  [/^Invalid regular expression: .*\(\?[ims]*-?[ims]*:.*: Invalid group$/, 'A modifier such as (?i:…)', '23'],
  [/^Invalid regular expression: .*: Duplicate capture group name$/, 'One name for two groups', '23'],
];

/**
 * What is missing, and since when Node has it.
 * @param message of V8 or of Node
 * @param version of this Node, such as 20.20.2
 * @returns nothing for what is missing in every Node, or is there in this one
 */
export function explainAbsence(message: string, version = process.versions.node): string | undefined {
  const [what, since] = find(message) ?? [];
  if (what === undefined || since === undefined || !isOlder(version, since)) return undefined;
  return `${what} needs Node ${since}; this is ${version.split('.', 2).join('.')}.`;
}

function find(message: string): readonly [what: string, since: string | undefined] | undefined {
  const [, name] = /^(\S+) is not defined$/.exec(message) ?? [];
  if (name !== undefined) return [name, entryOf(globals, name)];
  const [, path] = /^(.+) is not a (?:function|constructor)$/.exec(message) ?? [];
  if (path !== undefined) return findMember(path);
  const [, module] = /built-in module:? '?(node:[\w/]+)/.exec(message) ?? [];
  if (module !== undefined) return [module, entryOf(modules, module)];
  const [, file, exported] =
    /module '(?:node:)?(\w+)(?:\/promises)?' does not provide an export named '(\w+)'/.exec(message) ?? [];
  if (exported !== undefined) return [exported, entryOf(members, `${file}.${exported}`)];
  const known = syntax.find(([pattern]) => pattern.test(message));
  return known && [known[1], known[2]];
}

function findMember(path: string): readonly [what: string, since: string | undefined] | undefined {
  const since = entryOf(members, path);
  if (since !== undefined) return [path, since];
  const [, helper] = iteratorMethods.exec(path) ?? [];
  if (helper !== undefined) return [`${helper}() of iterators`, '22'];
  const [, method = ''] = /\.(\w+)$/.exec(path) ?? [];
  const [owner, first] = entryOf(methods, method) ?? [];
  return owner === undefined ? undefined : [`${method}() of ${owner}`, first];
}

const entryOf = <T>(table: { readonly [name: string]: T }, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

export function isOlder(version: string, since: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [firstMajor = 0, firstMinor = 0] = since.split('.').map(Number);
  return major < firstMajor || (major === firstMajor && minor < firstMinor);
}
