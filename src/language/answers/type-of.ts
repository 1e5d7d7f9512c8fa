// %typeof: the type of a name as a text, from the value where the declaration says nothing.
import ts from 'typescript';
import type { ClassName, ObjectShape, Shape, TypeQuestion } from '../../threads/shape';
import type { Notebook } from '../notebook/cells';
import { findHole } from '../types/holes';
import type { TypeService } from '../types/service';
import { TypeWriter } from '../types/shapes';

const whole = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;

/**
 * @returns an interface where the type is that of the value, otherwise the static type; nothing if no cell declares the name
 * @throws ts.OperationCanceledException when a cell waits to be compiled
 */
export function typeOf(types: TypeService, notebook: Notebook, question: TypeQuestion): string | undefined {
  const { name, as, shape } = question;
  const value = notebook.names.get(name)?.value;
  if (!value) return undefined;
  const read = (usesValues: boolean) => {
    const { text, outline } = notebook.draft(name, undefined, usesValues);
    const { program, file } = types.focus(text, outline.jsx);
    const [statement] = file.statements;
    const checker = program.getTypeChecker();
    if (!statement || !ts.isExpressionStatement(statement)) return undefined;
    return { checker, type: checker.getTypeAtLocation(statement.expression) };
  };
  const given = read(false);
  if (!given) return undefined;
  const hole = value.isTyped ? undefined : findHole(given.type, given.checker);
  const isOfValue = hole?.kind === 'all' || (hole?.kind === 'elements' && hole.of.kind === 'all');
  if (isOfValue) return declarationsOf(question);
  const { checker, type } = (hole && shape && read(true)) || given;
  const text = checker.typeToString(type, undefined, whole).replace(/import\("[^"]*"\)\./g, '');
  return as === undefined ? text : `type ${as} = ${text};`;
}

function declarationsOf({ name, as, shape }: TypeQuestion): string {
  const writer = new TypeWriter(({ name: named }: ClassName) => named);
  const object = objectAlone(shape);
  if (object) return `interface ${as ?? capitalised(name)} ${writer.writeBody(object)}`;
  const element = shape.elements && isAlone(shape) ? objectAlone(shape.elements) : undefined;
  if (element) {
    const called = as ?? singular(capitalised(name));
    return `interface ${called} ${writer.writeBody(element)}\n\n// ${name}: ${called}[]`;
  }
  return `type ${as ?? capitalised(name)} = ${writer.write(shape)};`;
}

const isAlone = (shape: Shape): boolean => Object.keys(shape).length === 1;

/** The object that a shape is, if it is nothing else. */
const objectAlone = (shape: Shape): ObjectShape | undefined =>
  isAlone(shape) && shape.object && shape.object.fields.length > 0 ? shape.object : undefined;

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** What one of many is called: `User` of `Users`; what has no such ending is an item. */
function singular(name: string): string {
  if (/[^aeiou]ies$/.test(name)) return name.replace(/ies$/, 'y');
  return /[^su]s$/.test(name) ? name.slice(0, -1) : `${name}Item`;
}
