// Completions inside of a text between quotes, also one that has no end yet: names of modules, and of files.
// Rule: what is no name of a module is a file only where a function takes one, or where it is written as a path.

import fs, { readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import type { CompletionItem, CompletionKind, Completions } from '../api';
import { packageDirectories } from '../system/lookup';
import { listPaths, startOfName } from './paths';
import { quotedAt, specifierAt } from './places';

/**
 * @param directory where the notebook lives: modules are found from there, files from the directory of the process
 * @returns undefined outside of texts, and where neither a module nor a file is meant
 */
export function completeString(
  file: ts.SourceFile,
  offset: number,
  directory: string,
): Completions | undefined {
  const quoted = quotedAt(file, offset);
  if (!quoted) return undefined;
  const { literal, start } = quoted;
  const isOpen = (literal as { isUnterminated?: boolean }).isUnterminated === true;
  const typed = file.text.slice(start, offset);
  const end = isOpen ? offset : quoted.end;
  if (/[\n\r]/.test(typed)) return undefined;
  if (specifierAt(file, offset)) {
    if (isPath(typed))
      return answer(listPaths(directory, typed, isModule), 'path', start + startOfName(typed), end);
    const names = [...packagesAt(directory), ...builtins].filter((name) => name.startsWith(typed));
    return answer([...new Set(names)].sort(), 'module', start, end);
  }
  if (!isPath(typed) && !isFileArgument(literal)) return undefined;
  return answer(listPaths(process.cwd(), typed), 'path', start + startOfName(typed), end);
}

const answer = (texts: readonly string[], kind: CompletionKind, start: number, end: number): Completions => ({
  start,
  end,
  items: texts.map((text): CompletionItem => ({ text, kind })),
});

const isPath = (typed: string): boolean => /^(?:\.{1,2}|~)?[\\/]|^[A-Za-z]:[\\/]/.test(typed);

const isModule = (name: string): boolean => /\.(?:[cm]?[jt]sx?|json)$/.test(name);

/** By both names, the newer one first in its place. */
const builtins = builtinModules
  .filter((name) => !name.startsWith('_'))
  .flatMap((name) => (name.startsWith('node:') ? [name] : [`node:${name}`, name]));

/** The packages that the notebook can import, those of scopes included. */
function packagesAt(directory: string): string[] {
  return packageDirectories(directory).flatMap((packages) =>
    namesIn(packages)
      .filter((name) => !name.startsWith('.') && name !== '@types')
      .flatMap((name) =>
        name.startsWith('@') ? namesIn(join(packages, name)).map((part) => `${name}/${part}`) : [name],
      ),
  );
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Functions whose second argument is a file as well. */
const takesTwo = /^(?:copyFile|cp|link|rename|symlink)(?:Sync)?$/;
const ofPaths = new Set(['basename', 'dirname', 'extname', 'join', 'normalize', 'relative', 'resolve']);

/** Whether a text is what a function of Node's, or one that is named like those, takes for a file. */
function isFileArgument(literal: ts.StringLiteralLike): boolean {
  const { parent } = literal;
  if (!parent || (!ts.isCallExpression(parent) && !ts.isNewExpression(parent))) return false;
  const index = parent.arguments?.indexOf(literal) ?? -1;
  const callee = parent.expression;
  const isMember = ts.isPropertyAccessExpression(callee);
  const name = isMember ? callee.name.text : ts.isIdentifier(callee) ? callee.text : '';
  if (index < 0 || name === '') return false;
  const owner = isMember ? callee.expression : undefined;
  if (ofPaths.has(name)) return owner === undefined || /path/i.test(lastNameOf(owner));
  if (index > 0 && !(index === 1 && takesTwo.test(name))) return false;
  const isOfFs = name in fs || name in fs.promises;
  if (isOfFs && (owner === undefined || /^(?:fs\w*|promises)$/i.test(lastNameOf(owner)))) return true;
  return (
    /file|director(?:y|ies)$|dir$|path$|^(?:read|load|scan)_?(?:csv|json|parquet|xlsx?|text|table)/i.test(
      name,
    ) ||
    (name === 'image' && owner !== undefined && lastNameOf(owner) === 'display')
  );
}

function lastNameOf(expression: ts.Expression): string {
  if (ts.isIdentifier(expression)) return expression.text;
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : '';
}
