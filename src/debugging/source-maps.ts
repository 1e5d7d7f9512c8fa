// Source maps of scripts: which sources a script was made of, and where its code stands in them.
// Rule: a map that is missing, broken, or without a text to show is as good as none: the script is its own source then.
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { decodedMappings, FlattenMap, type TraceMap, traceSegment } from '@jridgewell/trace-mapping';
import { findUpwards } from '../system/lookup';
import { isThere } from '../system/permissions';
import type { Place } from './target';

/** In a script, as V8 counts: from 0. */
export interface Position {
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** A stretch of a script that one line of a source has become. */
export interface Stretch {
  readonly start: Position;
  /** Where the code of another line begins; nothing at the end of a script. */
  readonly end: Position | undefined;
}

/** A line that has become code. */
export interface CodeLine {
  /** From 1. */
  readonly line: number;
  readonly stretches: readonly Stretch[];
}

/** A stretch of a script that a place of a source has become. */
export interface Occurrence {
  readonly start: Position;
  /** On the same line; nothing at its end. */
  readonly end: number | undefined;
  /** The map says how the source calls it: it is the word itself. */
  readonly isNamed: boolean;
}

export class SourceMap {
  readonly #map: TraceMap;
  /** By path, then by line and column. */
  readonly #occurrences = new Map<string, ReadonlyMap<string, readonly Occurrence[]>>();
  /** By the index of the source; nothing for one that has no text. */
  readonly #paths: readonly (string | undefined)[];
  readonly #lines = new Map<string, readonly CodeLine[]>();

  /** @param paths what the map's sources are on the disk, in their order */
  constructor(map: TraceMap, paths: readonly (string | undefined)[]) {
    this.#map = map;
    this.#paths = paths;
  }

  /** The sources that have a text. */
  get paths(): readonly string[] {
    return this.#paths.filter((path) => path !== undefined);
  }

  /** @returns nothing for what the compiler added, and for sources without a text */
  locate({ lineNumber, columnNumber }: Position): Place | undefined {
    const [, source = -1, line = 0, column = 0] = traceSegment(this.#map, lineNumber, columnNumber) ?? [];
    const path = this.#paths[source];
    return path === undefined ? undefined : { path, line: line + 1, column: column + 1 };
  }

  /** The text that the map carries of a source. */
  text(path: string): string | undefined {
    return this.#map.sourcesContent?.[this.#paths.indexOf(path)] ?? undefined;
  }

  /** The lines of a source that have become code, from this one on. @param line from 1 */
  linesFrom(path: string, line: number): readonly CodeLine[] {
    let lines = this.#lines.get(path);
    if (!lines) {
      lines = this.#linesOf(this.#paths.indexOf(path));
      this.#lines.set(path, lines);
    }
    return lines.filter((each) => each.line >= line);
  }

  /** What the source calls the word that begins there; nothing where it has the same name, or none. */
  nameAt({ lineNumber, columnNumber }: Position): string | undefined {
    const [column, , , , name] = traceSegment(this.#map, lineNumber, columnNumber) ?? [];
    return column === columnNumber && name !== undefined ? this.#map.names[name]! : undefined;
  }

  /** What has become of a place of a source. @param line and column from 1 */
  occurrencesOf({ path, line, column }: Place): readonly Occurrence[] {
    let occurrences = this.#occurrences.get(path);
    if (!occurrences) {
      occurrences = this.#occurrencesIn(this.#paths.indexOf(path));
      this.#occurrences.set(path, occurrences);
    }
    return occurrences.get(`${line - 1}:${column - 1}`) ?? [];
  }

  #occurrencesIn(wanted: number): ReadonlyMap<string, readonly Occurrence[]> {
    const occurrences = new Map<string, Occurrence[]>();
    for (const [lineNumber, segments] of decodedMappings(this.#map).entries()) {
      for (const [index, [columnNumber, source, line, column, name]] of segments.entries()) {
        if (source !== wanted) continue;
        const occurrence = {
          start: { lineNumber, columnNumber },
          end: segments[index + 1]?.[0],
          isNamed: name !== undefined,
        };
        const known = occurrences.get(`${line}:${column}`);
        if (known) known.push(occurrence);
        else occurrences.set(`${line}:${column}`, [occurrence]);
      }
    }
    return occurrences;
  }

  /** Whether each line of code stands where it does in the source, so that the map tells nothing new of lines. */
  get keepsLines(): boolean {
    return decodedMappings(this.#map).every((segments, lineNumber) =>
      segments.every(([, , line = lineNumber]) => line === lineNumber),
    );
  }

  #linesOf(source: number): readonly CodeLine[] {
    const lines = new Map<number, { start: Position; end: Position | undefined }[]>();
    let last: { readonly line: number; readonly stretch: { end: Position | undefined } } | undefined;
    for (const [lineNumber, segments] of decodedMappings(this.#map).entries()) {
      for (const [columnNumber, from, line] of segments) {
        if (last && from === source && line === last.line) continue;
        const start = { lineNumber, columnNumber };
        if (last) last.stretch.end = start;
        last = undefined;
        if (from !== source || line === undefined) continue;
        const stretch = { start, end: undefined };
        last = { line, stretch };
        const known = lines.get(line);
        if (known) known.push(stretch);
        else lines.set(line, [stretch]);
      }
    }
    return [...lines]
      .sort(([one], [other]) => one - other)
      .map(([line, stretches]) => ({ line: line + 1, stretches }));
  }
}

/**
 * Reads the map of a script.
 * @param file the script's path
 * @param address what the script says of its map: a `data:` URL, or where the map is
 */
export function readSourceMap(file: string, address: string): SourceMap | undefined {
  try {
    const place = mapFile(file, address);
    const text = place === undefined ? textOfData(address) : readFileSync(place, 'utf8');
    return text === undefined ? undefined : parseSourceMap(text, place ?? file);
  } catch {
    // Maps are left out of packages, and cut short.
    return undefined;
  }
}

/**
 * @param place the file that names of sources are relative to
 * @returns nothing when there is a text of no source
 * @throws Error when it is no map
 */
export function parseSourceMap(text: string, place: string): SourceMap | undefined {
  // In some maps of browsers' tools this keeps the map from being read as a script.
  const map = new FlattenMap(JSON.parse(text.replace(/^\)\]\}'[^\n]*/, '')) as string);
  const paths = map.resolvedSources.map((source, index) => {
    const path = pathOf(source ?? '', place);
    return map.sourcesContent?.[index] != null || isThere(path) ? path : undefined;
  });
  return paths.some((path) => path !== undefined) ? new SourceMap(map, paths) : undefined;
}

/** The file of a map; nothing when the script carries its map with it. */
export function mapFile(file: string, address: string): string | undefined {
  if (address.startsWith('data:')) return undefined;
  return fileURLToPath(new URL(address, pathToFileURL(file)));
}

function textOfData(address: string): string | undefined {
  const [, encoding, data] = /^data:[^,]*?(;base64)?,(.*)$/s.exec(address) ?? [];
  if (data === undefined) return undefined;
  return encoding ? Buffer.from(data, 'base64').toString() : decodeURIComponent(data);
}

/** @param source the name of a source, as the map has it, with its root */
function pathOf(source: string, place: string): string {
  if (source.startsWith('file:')) return fileURLToPath(source);
  const [, path] = /^[a-z][a-z\d+.-]+:\/\/[^/]*\/(.*)$/i.exec(source) ?? [];
  // Bundlers name sources by a scheme of theirs, from the root of the package on.
  if (path !== undefined) return join(dirname(findUpwards(dirname(place), 'package.json') ?? place), path);
  const literal = resolve(dirname(place), source);
  // Names are URLs, but many that write them do not know.
  return !source.includes('%') || isThere(literal) ? literal : resolve(dirname(place), decodeURI(source));
}
