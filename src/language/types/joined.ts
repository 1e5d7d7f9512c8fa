// Libraries as few files: for each request TypeScript goes through all files of the program, and merges anew what several declare.
// Rule: a text of several files has each of them as it was written, below a line that names it; a place in it is a place of that file.
import { createHash } from 'node:crypto';
import { dirname } from 'node:path/posix';
import ts from 'typescript';
import { joinSlashed } from '../../text/slashed';

/** One file instead of those that it was joined from. */
export interface Joined {
  readonly text: string;
  /** The paths of the files that are in it. Nothing is left to be declared there. */
  readonly members: ReadonlySet<string>;
}

/** A file whose text is a part of another's. */
export interface Origin {
  readonly path: string;
  /** Where its text begins. */
  readonly start: number;
}

type Read = (path: string) => string | undefined;

const title = '//tskernel:';

/**
 * Joins files with all that they refer to. Modules are left out, since they have names of their own, and so is what only TypeScript can
 * look for: the text refers to these instead.
 * @param paths with forward slashes; what cannot be read is left to TypeScript
 */
export function join(paths: readonly string[], read: Read): Joined {
  const references = new Set<string>();
  const parts: string[] = [];
  const members = new Set<string>();
  const seen = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = read(path);
    if (text === undefined || isModule(text)) {
      references.add(`path="${path}"`);
      return;
    }
    const { referencedFiles, libReferenceDirectives, typeReferenceDirectives } = ts.preProcessFile(
      text,
      false,
    );
    // As TypeScript does: what a file refers to comes before it.
    for (const { fileName } of referencedFiles) visit(joinSlashed(dirname(path), fileName));
    for (const { fileName } of typeReferenceDirectives) references.add(`types="${fileName}"`);
    for (const { fileName } of libReferenceDirectives) {
      const library = joinSlashed(dirname(path), `lib.${fileName}.d.ts`);
      if (isLibraryFile(path)) visit(library);
      else references.add(`lib="${fileName}"`);
    }
    members.add(path);
    parts.push(`${title}${path}\n${text.replace(/^\/\/\/(?=\s*<)/gm, '// ')}\n`);
  };
  for (const path of paths) visit(path);
  const head = [...references].map((reference) => `/// <reference ${reference} />\n`);
  return { text: [title, '\n', ...head, ...parts].join(''), members };
}

/** A name for what is joined from these libraries: other programs may join others. */
export const nameOf = ({ members }: Joined): string =>
  `tskernel-${createHash('sha1')
    .update([...members].join('\n'))
    .digest('hex')
    .slice(0, 8)}.d.ts`;

export const isJoined = (text: string): boolean => text.startsWith(`${title}\n`);

/** @returns the file itself where it was not joined */
export function originOf({ fileName, text }: ts.SourceFile, offset: number): Origin {
  const begin = isJoined(text) ? text.lastIndexOf(`\n${title}`, offset) : -1;
  if (begin < 0) return { path: fileName, start: 0 };
  const end = text.indexOf('\n', begin + 1);
  return { path: text.slice(begin + 1 + title.length, end), start: end + 1 };
}

/** Declaration files are indented inside of blocks: what stands at the begin of a line is at top level. */
const isModule = (text: string): boolean => /^(?:import|export)\b/m.test(text);

const isLibraryFile = (path: string): boolean => /\/lib\.[^/]*\.d\.ts$/.test(path);
