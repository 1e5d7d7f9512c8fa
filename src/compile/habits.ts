// What people write out of habit of another language, or paste from a page, and what it is here: one line for the first
// mistake that is recognised, in place of all that the parser says of it and of what follows from it.
// Rule: asked only about text that is no TypeScript; nothing where it is not sure.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs are data here

import type ts from 'typescript';
import { commandHere } from '../text/commands';
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
const comment = 'A comment begins with //.';
const aFunction = (line: string, name = '', parameters = '') =>
  `Write ${line.startsWith('async') ? 'async ' : ''}function ${name}(${parameters}) { … }`;

/** What a whole line looks like. The parts of a match are what a hint is made of. */
const lines: readonly (readonly [line: RegExp, hint: Hint])[] = [
  // Python
  [/^(?:async +)?def +(\w+) *\((.*?)\).*:/, aFunction],
  [/^class +(\w+)(?: *\(.*\))? *:$/, (_, name) => block(`class ${name}`)],
  [/^(?:async +)?for +(\w+) +in +.*:$/, (_, name) => block(`for (const ${name} of …)`)],
  [/^for +(\w+ *, *\w+) +in +.*:$/, (_, names) => block(`for (const [${names}] of …)`)],
  [
    /^(if|elif|while)\b *(?:[^(\s].*|\(.*\)) *:$/,
    (_, word) => block(`${word === 'elif' ? 'else if' : word} (…)`),
  ],
  [/^(else|try|finally) *:$/, (_, word) => block(word!)],
  [/^except\b.*:$/, block('catch (error)')],
  [/^with +.* +as +(\w+) *:$/, (_, name) => `Write using ${name} = …, which is closed where its block ends.`],
  [
    /^import +([\w.]+)(?: +as +(\w+))?$/,
    (_, from, name = '') => `Write import * as ${name || from} from '${from}'.`,
  ],
  [
    /^import +(\w+) *(?:, *\w+ *)+$/,
    (_, name) => `Each has a line of its own: import * as ${name} from '${name}'.`,
  ],
  [
    /^from +([\w.]+) +import +(\w+(?: *, *\w+)*)$/,
    (_, from, names) => `Write import { ${names} } from '${from}'.`,
  ],
  [/^from +([\w.]+) +import +\*$/, (_, from) => `Write import * as ${from} from '${from}'.`],
  [/^raise\b/, 'Write throw new Error(…).'],
  [/^assert +[^\s(]/, 'Write console.assert(…), or import assert from node:assert.'],
  [/^del +\w/, 'Write delete table.key; for an array, list.splice(index, 1).'],
  [/^(global|nonlocal) +\w/, (_, word) => `Leave ${word} out: functions see the names around them.`],
  [/^(?:print|puts|echo|println) +\S/, printing],
  [/\blambda\b[\w ,]*:/, 'Write (x) => …'],
  [/^(?:""" |'''|""")|= *(?:"""|''')/, 'A text of several lines stands between backticks: `…`'],
  [/(?<![\w$])[fF](?:"[^"]*\{|'[^']*\{)/, 'Values stand in a text between backticks: `… ${x} …`'],
  [/^#+(?:\s|$)/, comment],
  // Go, Rust, Swift, Kotlin, C, Java, Pascal
  [/^(?:pub +)?(?:fn|func|fun) +(\w+) *\((.*?)\)/, aFunction],
  [/^let +mut +(\w+)/, (_, name) => `Write let ${name} = …`],
  [/^(?:(?:var|let|const) +)?([\w$]+) *:= */, (_, name) => `Write let ${name} = …`],
  [
    /^(?:int|float|double|long|char|bool|boolean|string|String|auto|val) +(\w+) *=/,
    (_, name) => `The type follows the name, or is left out: let ${name} = …`,
  ],
  [/^(?:#include|using +namespace|package +\w+;?$)/, 'Cells are TypeScript.'],
];

/**
 * What stands within a line, where nobody could take it for TypeScript: the parser stumbles over the match itself. Looked for
 * in the line without its texts and comments.
 */
const words: readonly (readonly [code: RegExp, hint: Hint])[] = [
  [/(?:^|(?<=[\s}]))(?:elif|elsif|elseif)\b *\(.*?\) *.?/, 'Write else if (…).'],
  [/[\w$)\]]+ +is +not +None\b/, 'Write !== null for is not None.'],
  [/[\w$)\]]+ +is +None\b/, 'Write === null for is None.'],
  [/[\w$)\]]+ +is +(?:not +)?[\w$]+/, 'Write === for is, !== for is not.'],
  [/[\w$)\]]+ +not +in +[\w$[({]+/, 'Write !list.includes(x) for x not in list.'],
  [/(?<![\w$.])not +[\w$(![]+/, 'Write ! for not.'],
  [/[\w$)\]'"]+ +and +[\w$(['"!]+/, 'Write && for and.'],
  [/[\w$)\]'"]+ +or +[\w$(['"!]+/, 'Write || for or.'],
  [/\[[^[\]]+ for +[\w, ]+ in .*\]/, 'Write list.map((x) => …), with .filter((x) => …) before it for an if.'],
  [/[^\s=(,]+ +if +.+ +else\b/, 'Write condition ? value : other.'],
  [/[\w$)\]]+\[[^[\]?:,{}]*:[^[\]?:,{}]*\]/, 'A part of a list is list.slice(start, end).'],
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
  if (/^#+(?:\s|$)/.test(source.slice(first.offset)))
    return [{ ...first, length: /^.*/.exec(source.slice(first.offset))![0].length, hint: comment }];
  const { offset } = first;
  for (const start of [lineStart(source, offset), previousLine(source, offset), nextLine(source, offset)]) {
    if (start === undefined) continue;
    const line = /.*/.exec(source.slice(start))![0];
    const text = line.trim();
    const from = start + line.indexOf(text);
    const mark = (index: number, length: number, hint: string) => [
      { ...first, offset: from + index, length, hint },
    ];
    for (const [pattern, hint] of lines) {
      const match = pattern.exec(text);
      if (match) return mark(match.index, match[0].length, say(hint, match));
    }
    const command = start <= offset && offset <= from + text.length ? commandHere(text) : undefined;
    if (command) return mark(0, text.length, command);
    const code = withoutTexts(text);
    for (const [pattern, hint] of words) {
      const match = pattern.exec(code);
      const end = match && from + match.index + match[0].length;
      if (match && from + match.index <= offset && offset <= end!)
        return mark(match.index, match[0].length, say(hint, match));
    }
  }
  return [{ ...first, ...adviseOnBrackets(source, first, file) }, ...problems.slice(1)];
}

const say = (hint: Hint, match: readonly string[]) => (typeof hint === 'string' ? hint : hint(...match));

/** Code of the same length whose texts have no words in them, up to its comment. */
const withoutTexts = (code: string): string =>
  code
    .replace(
      /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`/g,
      (text) => `"${'_'.repeat(text.length - 2)}"`,
    )
    .replace(/\/\/.*/, '');

/** What stands at the end of a line may be wrong with the next one. */
function nextLine(source: string, offset: number): number | undefined {
  const end = source.indexOf('\n', offset);
  return end < 0 || source.slice(offset, end).trim() !== '' ? undefined : end + 1;
}

/** The parser may find only at the next word that something is missing: the line before one that begins with it. */
function previousLine(source: string, offset: number): number | undefined {
  const start = lineStart(source, offset);
  if (source.slice(start, offset).trim() !== '') return undefined;
  const end = source.slice(0, start).trimEnd().length;
  return end === 0 ? undefined : lineStart(source, end);
}
