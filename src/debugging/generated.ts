// Which files of a package were made of a source, by the source maps beside them, before any of it is loaded.
// Rule: it looks at one package, at a few thousand files at most, and reads only what may carry a map.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findUpwards } from '../system/lookup';
import type { MappedCode } from './renaming';
import { readSourceMap } from './source-maps';

export interface Generated extends MappedCode {
  readonly file: string;
}

const mostFiles = 3000;
/** In bytes. */
const largestFile = 8_000_000;

/** @param source its path; of a package that carries its sources in its maps only it need not exist */
export function findGenerated(source: string): Generated[] {
  const manifest = findUpwards(dirname(source), 'package.json');
  const found: Generated[] = [];
  for (const file of scriptsIn(
    manifest === undefined ? dirname(source) : dirname(manifest),
    manifest !== undefined,
  )) {
    if (file === source || statSync(file).size > largestFile) continue;
    const text = readFileSync(file, 'utf8');
    const address = /^\/\/[#@] sourceMappingURL=(\S+)\s*$/m.exec(lastLines(text))?.[1];
    const map = address === undefined ? undefined : readSourceMap(file, address);
    if (map?.paths.includes(source)) found.push({ file, map, lines: text.split('\n') });
  }
  return found;
}

const lastLines = (text: string) => text.slice(text.lastIndexOf('\n//'));

function scriptsIn(directory: string, isDeep: boolean): string[] {
  const scripts: string[] = [];
  const directories = [directory];
  let seen = 0;
  for (const each of directories) {
    for (const entry of entriesOf(each)) {
      if (++seen > mostFiles) return scripts;
      const path = join(each, entry.name);
      if (entry.isFile() && /\.[cm]?js$/.test(entry.name)) scripts.push(path);
      else if (isDeep && entry.isDirectory() && !/^(?:node_modules$|\.)/.test(entry.name))
        directories.push(path);
    }
  }
  return scripts;
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
