// What people write out of habit of another language, or paste from a page, and what it is here: one line for the first
// mistake that is recognised, in place of all that the parser says of it and of what follows from it.
// Rule: asked only about text that is no TypeScript; nothing where it is not sure.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs are data here

import type ts from 'typescript';
import { lineStart } from '../text/lines';
import type { SyntaxProblem } from '../text/problem';
import { adviseOnBrackets } from './brackets';

/** Characters that look like those of a program. */
const lookalikes: { readonly [character: string]: string } = {
  '“': '"',
  '”': '"',
  '„': '"',
  '‟': '"',
  '«': '"',
  '»': '"',
  '＂': '"',
  '‘': "'",
  '’': "'",
  '‚': "'",
  '′': "'",
  '´': "'",
  '–': '-',
  '—': '-',
  '−': '-',
  '×': '*',
  '÷': '/',
  '≤': '<=',
  '≥': '>=',
  '≠': '!==',
  '→': '=>',
  '⇒': '=>',
  '…': '...',
  '（': '(',
  '）': ')',
  '｛': '{',
  '｝': '}',
  '；': ';',
  '：': ':',
  '，': ',',
  '＝': '=',
};

type Hint = string | ((...parts: readonly string[]) => string);

const block = (example: string) => `A block stands in braces: ${example} { … }`;
const printing = 'To print, write console.log(…).';
const aFunction = (_: string, name = '', parameters = '') => `Write function ${name}(${parameters}) { … }`;

/** What a whole line looks like. The parts of a match are what a hint is made of. */
const lines: readonly (readonly [line: RegExp, hint: Hint])[] = [
  // Python
  [/^(?:async +)?def +(\w+) *\((.*?)\).*:$/, aFunction],
  [/^class +(\w+)(?: *\(.*\))? *:$/, (_, name) => block(`class ${name}`)],
  [/^for +(\w+) +in +.*:$/, (_, name) => block(`for (const ${name} of …)`)],
  [
    /^(?:if|elif|while)\b *(?:[^(\s].*|\(.*\)) *:$/,
    (line) => block(line!.startsWith('while') ? 'while (…)' : 'if (…)'),
  ],
  [
    /^(?:else|try|finally|with +.*|except\b.*) *:$/,
    (line) => block(line!.startsWith('except') ? 'catch (error)' : 'if (…)'),
  ],
  [
    /^import +([\w.]+)(?: +as +(\w+))?$/,
    (_, from, name = '') => `Write import * as ${name || from} from '${from}'.`,
  ],
  [
    /^from +([\w.]+) +import +(\w+(?: *, *\w+)*)$/,
    (_, from, names) => `Write import { ${names} } from '${from}'.`,
  ],
  [/^(?:print|puts|echo|println) +\S/, printing],
  [/\blambda\b[\w ,]*:/, 'Write (x) => …'],
  [/^(?:""" |'''|""")|= *(?:"""|''')/, 'A text of several lines stands between backticks: `…`'],
  [/(?<![\w$])[fF](?:"[^"]*\{|'[^']*\{)/, 'Values stand in a text between backticks: `… ${x} …`'],
  [/^#+(?:\s|$)/, 'A comment begins with //.'],
  // Go, Rust, Swift, Kotlin, C, Java, Pascal
  [/^(?:pub +)?(?:fn|func|fun) +(\w+) *\((.*?)\)/, aFunction],
  [/^let +mut +(\w+)/, (_, name) => `Write let ${name} = …`],
  [/^(?:(?:var|let|const) +)?([\w$]+) *:= */, (_, name) => `Write let ${name} = …`],
  [
    /^(?:int|float|double|long|char|bool|boolean|string|String|auto|val) +(\w+) *=/,
    (_, name) => `The type follows the name, or is left out: let ${name} = …`,
  ],
  [/^(?:#include|using +namespace|package +\w+;?$)/, 'Cells are TypeScript.'],
  // Shells
  [/^(?:npm|yarn|pnpm|bun|pip) +(?:install|i|add) +(\S.*)$/, (_, name) => `Write %npm install ${name}`],
  [/^(?:git|curl|mkdir|rm|cp|mv|docker|python3?|node) +\S.*$/, (line) => `To run a program, write !${line}`],
];

/**
 * The problems of a cell, or only the first one with what to do about it.
 * @param problems of the parser
 * @param file what it made of the source
 */
export function recogniseHabits(
  source: string,
  problems: readonly SyntaxProblem[],
  file: ts.SourceFile,
): readonly SyntaxProblem[] {
  const [first] = problems;
  if (first === undefined) return problems;
  const strange = problems.find(({ offset }) => Object.hasOwn(lookalikes, source[offset] ?? ''));
  if (strange) {
    const character = source[strange.offset]!;
    return [{ ...strange, hint: `Write ${lookalikes[character]} instead of ${character}` }];
  }
  for (const start of [lineStart(source, first.offset), previousLine(source, first.offset)]) {
    if (start === undefined) continue;
    const line = /.*/.exec(source.slice(start))![0];
    const text = line.trim();
    for (const [pattern, hint] of lines) {
      const match = pattern.exec(text);
      if (!match) continue;
      const offset = start + line.indexOf(text) + match.index;
      return [
        { ...first, offset, length: match[0].length, hint: typeof hint === 'string' ? hint : hint(...match) },
      ];
    }
  }
  return [{ ...first, ...adviseOnBrackets(source, first, file) }, ...problems.slice(1)];
}

/** The parser may find only at the next word that something is missing: the line before one that begins with it. */
function previousLine(source: string, offset: number): number | undefined {
  const start = lineStart(source, offset);
  if (source.slice(start, offset).trim() !== '') return undefined;
  const end = source.slice(0, start).trimEnd().length;
  return end === 0 ? undefined : lineStart(source, end);
}
