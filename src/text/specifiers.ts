// What a module specifier says, before anybody looks for it. No I/O, for every thread.

/** Names a package, as opposed to a path, a URL or an import of the package's own (`#x`). */
export function isBare(specifier: string): boolean {
  return !/^(?:\.{0,2}(?:\/|$)|#|[a-z][a-z\d+.-]*:)/i.test(specifier);
}

/** `@scope/name/part` is `@scope/name`. */
export function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

export interface NpmSpecifier {
  readonly name: string;
  /** What follows the name: `4`, `^4.17.0`, `latest`, or nothing. */
  readonly range: string;
  /** As `npm install` takes it: `lodash-es@4`. */
  readonly wanted: string;
  /** What to import: the name and the part inside the package. */
  readonly path: string;
}

/** What to look for: the specifier without `npm:` and version. */
export function withoutNpm(specifier: string): string {
  return isNpm(specifier) ? parseNpm(specifier).path : specifier;
}

export function isNpm(specifier: string): boolean {
  return pattern.test(specifier);
}

const pattern = /^npm:\/?((?:@[^/@]+\/)?[^/@]+)(@[^/]*)?(\/.*)?$/;

/** Takes `npm:lodash-es@4/map.js` apart. */
export function parseNpm(specifier: string): NpmSpecifier {
  const match = pattern.exec(specifier);
  if (!match)
    throw new TypeError(`'${specifier}' names no package; write npm:name, npm:name@version or npm:name/part`);
  const [, name = '', version = '', part = ''] = match;
  return { name, range: version.slice(1), wanted: name + version, path: name + part };
}
