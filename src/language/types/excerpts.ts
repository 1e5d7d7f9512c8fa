// Parts of a text that are parsed alone.
// Rule: each node of theirs is where it is in the whole text.
import ts from 'typescript';

/** Some parts of a text, one behind the other. */
export interface Excerpt {
  readonly text: string;
  /** Behind this many letters of the excerpt, that many of the whole text come before the next one, in all. */
  readonly gaps: readonly (readonly [offset: number, left: number])[];
}

interface Place {
  pos: number;
  end: number;
}

/** @param parts texts, and between them how much is left out */
export function cut(parts: readonly (string | number)[]): Excerpt {
  const gaps: [number, number][] = [];
  let offset = 0;
  let left = 0;
  for (const part of parts) {
    if (typeof part === 'string') offset += part.length;
    else {
      left += part;
      gaps.push([offset, left]);
    }
  }
  return { text: parts.filter((part) => typeof part === 'string').join(''), gaps };
}

/** Parses some statements of a file again. @param places in order */
export function parseExcerpt(
  file: ts.SourceFile,
  places: readonly Readonly<Place>[],
  jsDocParsingMode: ts.JSDocParsingMode,
): ts.SourceFile {
  const { fileName, languageVersion, text } = file;
  let done = 0;
  const excerpt = cut(
    places.flatMap(({ pos, end }) => {
      const left = pos - done;
      done = end;
      return [left, text.slice(pos, end)];
    }),
  );
  const parsed = ts.createSourceFile(fileName, excerpt.text, { languageVersion, jsDocParsingMode }, true);
  putInPlace(parsed, excerpt);
  return parsed;
}

/** Moves what was parsed from an excerpt to where it is in the whole text. */
export function putInPlace(file: ts.SourceFile, { gaps }: Excerpt): void {
  // What was looked up last is mostly around what comes next.
  let index = 0;
  const move = (place: Place) => {
    place.pos = moved(place.pos);
    place.end = moved(place.end);
  };
  const moved = (offset: number): number => {
    while (index > 0 && gaps[index - 1]![0] >= offset) index--;
    while (index < gaps.length && gaps[index]![0] < offset) index++;
    return index > 0 ? offset + gaps[index - 1]![1] : offset;
  };
  const visit = (node: ts.Node): void => {
    move(node as unknown as Place);
    const { jsDoc } = node as { readonly jsDoc?: readonly ts.Node[] };
    jsDoc?.forEach(visit);
    ts.forEachChild(node, visit, (nodes) => {
      move(nodes as unknown as Place);
      nodes.forEach(visit);
    });
  };
  visit(file);
}
