// The differences between a cell and the same source in plain Node that are decided on, each with its reason and a program
// that shows it. Everything else has to be the same.
import type { Kind, Outcome, PlainOutcome } from './programs';

export interface Difference {
  readonly what: string;
  readonly why: string;
  readonly kind?: Kind;
  /** A program that has the difference, and what comes of it in both. */
  readonly program: string;
  readonly plain: Partial<Outcome>;
  readonly cell: Partial<Outcome>;
  /** Makes the cell's words plain Node's, where programs may have the difference beside other things. */
  readonly reword?: (text: string) => string;
}

const notIterable =
  /[^\n"']* is not (?:a function or its return value is not )?iterable(?: \(cannot read property Symbol\(Symbol\.iterator\)\))?/g;

export const differences: readonly Difference[] = [
  {
    what: 'A message of V8’s that a program gets otherwise than by `catch (error)` has marks in it that nobody sees.',
    why: 'V8 takes names from the compiled code, where those of cells are marked. What is printed or shown has none.',
    program:
      "const mine = {}; const others = new Function('work', 'try { work() } catch (error) { return error.message.length }'); console.log(others(() => mine.x()))",
    plain: { stdout: '24\n' },
    cell: { stdout: '26\n' },
  },
  {
    what: 'What is not iterable is named by its value, not by its expression.',
    why: 'A pattern of a declaration becomes one of an assignment, and V8 words that differently.',
    program: 'let nothing; const [a] = nothing',
    plain: { error: { name: 'TypeError', message: 'nothing is not iterable' } },
    cell: {
      error: {
        name: 'TypeError',
        message: 'undefined is not iterable (cannot read property Symbol(Symbol.iterator))',
      },
    },
    reword: (text) => text.replace(notIterable, '… is not iterable'),
  },
  {
    what: 'An import of a name that a module does not have says that it may be a type.',
    why: 'In TypeScript that is the usual cause.',
    kind: 'module',
    program: "import { nothing } from 'node:path'",
    plain: {
      error: {
        name: 'SyntaxError',
        message: "The requested module 'node:path' does not provide an export named 'nothing'",
      },
    },
    cell: {
      error: {
        name: 'SyntaxError',
        message:
          "The requested module 'node:path' does not provide an export named 'nothing'. If it is a type, write import type.",
      },
    },
  },
  {
    what: 'A syntax error is in TypeScript’s words.',
    why: 'The cell is parsed once, by TypeScript, whose messages say more and have a place.',
    program: 'const a',
    plain: { error: { name: 'SyntaxError', message: 'Missing initializer in const declaration' } },
    cell: { error: { name: 'SyntaxError', message: "'const' declarations must be initialized." } },
  },
  {
    what: 'An error of a class that does not set a name goes by the class’s.',
    why: 'Its reader learns more.',
    program: "class OwnError extends Error {} throw new OwnError('m')",
    plain: { error: { name: 'Error', message: 'm' } },
    cell: { error: { name: 'OwnError', message: 'm' } },
  },
  {
    what: 'A cell that looks like an object is one.',
    why: 'Nobody writes a block of labels, many a person an object.',
    program: '{ a: 1 }',
    plain: { result: '1' },
    cell: { result: '{ a: 1 }' },
  },
  {
    what: 'So is one whose only member is an object.',
    why: 'A label that nothing breaks to says nothing.',
    program: '{ a: { b: 1 } }',
    plain: { result: '1' },
    cell: { result: '{ a: { b: 1 } }' },
  },
  {
    what: 'A `var` or a function of the top level is no property of the global object.',
    why: 'As in a module. What is not in a cell, a library or `new Function`, does not see the names of cells.',
    kind: 'global',
    program: "var gv = 1; function gf() {} [globalThis.gv, typeof globalThis.gf, (0, eval)('typeof gv')]",
    plain: { result: "[ 1, 'function', 'number' ]" },
    cell: { result: "[ undefined, 'undefined', 'undefined' ]" },
  },
  {
    what: 'A name that an earlier cell or the realm has can be read before it is declared again.',
    why: '`let data = clean(data)` is how people go on from cell to cell.',
    program: 'let Map = typeof Map',
    plain: { error: { name: 'ReferenceError', message: "Cannot access 'Map' before initialization" } },
    cell: {},
  },
  {
    what: 'A function and a `var` of one name are refused.',
    why: 'A cell is parsed as a module.',
    program: 'var f = 1; function f() {}',
    plain: {},
    cell: { error: { name: 'SyntaxError', message: "Duplicate identifier 'f'." } },
  },
  {
    what: '`await` is no name.',
    why: 'A cell may await at its top level.',
    program: 'var await = 1',
    plain: {},
    cell: { error: { name: 'SyntaxError', message: "'await' is a reserved word and cannot be declared." } },
  },
  {
    what: '`<!--` is three operators.',
    why: 'As TypeScript reads it. A comment of that kind is for web pages, and V8 has it in scripts only.',
    program: 'let a = 1; 5<!--a',
    plain: { result: '5' },
    cell: { result: 'false' },
  },
  {
    what: '`this` at the top of a module is the global object.',
    why: 'A cell may begin to await without its `this` becoming another.',
    kind: 'module',
    program: 'await null; console.log(this === globalThis, typeof this)',
    plain: { stdout: 'false undefined\n' },
    cell: { stdout: 'true object\n' },
  },
  {
    what: 'Who assigns to a call is refused.',
    why: 'So the language has it. V8 leaves it to the moment when that is reached, for the sake of old pages.',
    program: 'const f = () => 1; if (false) f()++',
    plain: {},
    cell: {
      error: {
        name: 'SyntaxError',
        message: 'The operand of an increment or decrement operator must be a variable or a property access.',
      },
    },
  },
  {
    what: 'Type arguments are no comparisons.',
    why: 'A cell is TypeScript.',
    program: 'const f = (x) => x, T = 1; f<T>(2)',
    plain: { result: 'false' },
    cell: { result: '2' },
  },
  {
    what: 'A parenthesis and a block on the next line are an arrow function that lacks its arrow.',
    why: 'A cell is TypeScript, which reads it so.',
    program: 'let a = 1, b = (a)\n{ b }',
    plain: { result: '1' },
    cell: { error: { name: 'SyntaxError', message: "'=>' expected." } },
  },
  {
    what: "'use asm' makes V8 warn.",
    why: 'The cell’s code stands in a function, where V8 takes that for a module of asm.js.',
    program: "'use asm'; 1",
    plain: { result: '1', stderr: '' },
    cell: { result: '1' },
  },
  {
    what: 'Names that begin with __tsk_ are refused.',
    why: 'They are the compiled code’s.',
    program: 'let __tsk_a = 1',
    plain: {},
    cell: {
      error: {
        name: 'SyntaxError',
        message: "'__tsk_a' cannot be declared: names that start with __tsk_ belong to the kernel.",
      },
    },
  },
];

/** What two runs of a program must have in common. */
export interface Compared {
  readonly stdout: string;
  readonly stderr: string;
  readonly result: string | undefined;
  readonly error: string | undefined;
}

/** An outcome as far as it has to be the same, under the differences that any program may have. */
export function comparable(outcome: PlainOutcome): Compared {
  const { stdout, stderr, result, error } = outcome;
  const reword = (text: string) =>
    differences.reduce((current, difference) => difference.reword?.(current) ?? current, text);
  const name = error?.name === 'Error' && error.className ? error.className : error?.name;
  // Syntax errors have words of their own; one that the program itself made has passed through `reword` in its output.
  const message = name === 'SyntaxError' ? '' : reword(error?.message ?? '');
  return {
    stdout: reword(stdout),
    stderr: reword(stderr),
    result: result === undefined ? undefined : reword(result),
    error: error && `${name}: ${message}`,
  };
}

/**
 * An outcome without spaces, semicolons and comments: TypeScript's emitter prints the text of functions in its own way. Of
 * texts with several lines, Node shows a sum.
 */
export function withoutLayout({ stdout, stderr, result, error }: Compared): Compared {
  const strip = (text: string) => text.replace(/\/\*.*?\*\/|\\n|[\s;'"`+]/g, '');
  return {
    stdout: strip(stdout),
    stderr: strip(stderr),
    result: result && strip(result),
    error: error && strip(error),
  };
}

/** What plain Node would give if it awaited a script's value, as a cell that runs as a task does: a difference by design. */
export function awaited({ settled, ...outcome }: PlainOutcome): PlainOutcome {
  if (settled === undefined) return outcome;
  const { result: _, ...rest } = outcome;
  return { ...rest, ...settled };
}
