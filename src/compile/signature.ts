// The head of a function as it was written, by where V8 says that the function begins.
import ts from 'typescript';
import { parseCell } from './parse';

/**
 * The parameters and the type of what a function gives, as they stand in the source.
 * @param line and column from 1, in UTF-16 units: where its parameters begin, or the function
 * @returns nothing where no function begins
 */
export function signatureAt(source: string, line: number, column: number): string | undefined {
  const { file, isObject } = parseCell(source);
  const starts = file.getLineStarts();
  if (line < 1 || line > starts.length) return undefined;
  const place = starts[line - 1]! + column - 1 + (isObject && line === 1 ? 1 : 0);
  return find(file);

  function find(node: ts.Node): string | undefined {
    if (node.pos > place || node.end < place) return undefined;
    const inner = ts.forEachChild(node, find);
    if (inner !== undefined || !ts.isFunctionLike(node)) return inner;
    const { parameters, type } = node;
    const written = file.text
      .slice(parameters.pos, parameters.end)
      .trim()
      .replace(/\s+/g, ' ')
      .replace(/,$/, '');
    const beginnings = [node.getStart(file), parameters.pos - 1, parameters[0]?.getStart(file)];
    if (!beginnings.includes(place)) return undefined;
    return `(${written})${type ? `: ${type.getText(file).replace(/\s+/g, ' ')}` : ''}`;
  }
}
