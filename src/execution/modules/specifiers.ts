// What a module specifier says, before anybody looks for it.

/** Names a package, as opposed to a path, a URL or an import of the package's own (`#x`). */
export function isBare(specifier: string): boolean {
  return !/^(?:[./#]|[a-z][a-z\d+.-]*:)/i.test(specifier);
}

/** `@scope/name/part` is `@scope/name`. */
export function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

export interface NpmSpecifier {
  readonly name: string;
  /** As `npm install` takes it: `lodash-es@4`. */
  readonly wanted: string;
  /** What to import: the name and the part inside the package. */
  readonly path: string;
}

/** Takes `npm:lodash-es@4/map.js` apart. */
export function parseNpm(specifier: string): NpmSpecifier {
  const match = /^npm:\/?((?:@[^/@]+\/)?[^/@]+)(@[^/]*)?(\/.*)?$/.exec(specifier);
  if (!match)
    throw new TypeError(`'${specifier}' names no package; write npm:name, npm:name@version or npm:name/part`);
  const [, name = '', version = '', part = ''] = match;
  return { name, wanted: name + version, path: name + part };
}
