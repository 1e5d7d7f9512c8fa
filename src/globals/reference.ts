// What cells have without an import, described for people: read from the comments of the declarations, which hovering shows too.
// Rule: nothing is said here that the declarations do not say; they are read when somebody asks.
import { kernelGlobals } from '.';

/** A global of cells, or a member of one. */
export interface Described {
  /** `display`, `display.table` */
  readonly name: string;
  /** As TypeScript declares it, one for each overload. */
  readonly signatures: readonly string[];
  /** The comment without its example. */
  readonly about: string;
  readonly example: string | undefined;
}

const comment = String.raw`(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?`;
const declarations = new RegExp(`^${comment}declare (?:var|function) (\\w+)([\\s\\S]*?);$`, 'gm');
const interfaces = /^ {2}interface (\w+)(?:<[^\n]*>)? \{\n([\s\S]*?)^ {2}\}$/gm;
const members = new RegExp(`^ {4}${comment}(\\w*)((?:<[^\\n]*>)?\\([\\s\\S]*?);$`, 'gm');

/** Every global of the kernel, in the order of the declarations; a function among the members of one follows it. */
export function describeGlobals(): readonly Described[] {
  const bodies = new Map(Array.from(kernelGlobals.matchAll(interfaces), ([, name, body]) => [name, body]));
  return Array.from(kernelGlobals.matchAll(declarations)).flatMap(([, text, name = '', declared = '']) => {
    const type = /^: tskernel\.(\w+)$/.exec(declared)?.[1];
    const own = describe(name, text, [`${name}${declared}`]);
    const parts = type === undefined ? [] : describeMembers(name, bodies.get(type) ?? '');
    // How it is called itself says more than the name of its type.
    const call = parts.find((part) => part.name === name);
    return [
      { ...own, ...(call && { signatures: call.signatures }) },
      ...parts.filter((part) => part !== call),
    ];
  });
}

function describeMembers(owner: string, body: string): Described[] {
  const all = new Map<string, Described>();
  for (const [, text, member = '', declared = ''] of body.matchAll(members)) {
    const name = member === '' ? owner : `${owner}.${member}`;
    const signature = `${name}${declared}`.replace(/\s*\n\s*/g, ' ');
    const known = all.get(name);
    if (known) all.set(name, { ...known, signatures: [...known.signatures, signature] });
    else all.set(name, describe(name, text, [signature]));
  }
  return [...all.values()];
}

function describe(name: string, text = '', signatures: readonly string[]): Described {
  const lines = text.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  const [about = '', example] = lines.join('\n').split(/^@example\n?/m);
  return { name, signatures, about: about.trim(), example: example?.trim() };
}

/** The first sentence of a comment, in one line. */
export function summaryOf({ about }: Described): string {
  const [first = ''] = about.split(/\n@/);
  const line = first.replace(/\s*\n\s*/g, ' ').trim();
  return /^.*?(?=\.(?:\s|$))/.exec(line)?.[0] ?? line;
}
