// Whether a use of a member that no type or value has is a mistake.
// Rule: a type that was read off a value knows what was there, not what the code is about to put there or asks for.
import ts from 'typescript';
import { walk } from '../../compile/erased';
import { findAround } from '../../completion/places';
import type { Surroundings } from '../notebook/module';
import type { Focus } from '../types/service';

export class MemberUses {
  readonly #focus: Focus;
  readonly #end: number;
  #assigned: ReadonlySet<string> | undefined;

  /** @param end of the part of the file that the user wrote */
  constructor(focus: Focus, end: number) {
    this.#focus = focus;
    this.#end = end;
  }

  /**
   * Whether code that names a missing member means one that is there.
   * @param start where the member's name begins
   */
  isMistaken(start: number): boolean {
    const { file, program } = this.#focus;
    const name = findAround(
      file,
      start,
      (node): node is ts.Identifier => ts.isIdentifier(node) && node.getStart(file) === start,
    );
    if (!name || this.#assignedMembers.has(name.text)) return false;
    const access = name.parent;
    if (!ts.isPropertyAccessExpression(access) || access.name !== name) return ts.isBindingElement(access);
    if (isAskedFor(access)) return false;
    const checker = program.getTypeChecker();
    const type = checker.getTypeAtLocation(access.expression);
    // What the code has ruled out by a check of its own.
    if (type.flags & ts.TypeFlags.Never) return false;
    return !type.isUnion() || !type.types.some((part) => part.getProperty(name.text));
  }

  /** The members that the cell assigns to: its own code makes them. */
  get #assignedMembers(): ReadonlySet<string> {
    if (this.#assigned) return this.#assigned;
    const names = new Set<string>();
    walk(this.#focus.file, 'all', (node) => {
      if (node.pos >= this.#end) return false;
      if (ts.isPropertyAccessExpression(node) && isTarget(node)) names.add(node.name.text);
      if (ts.isElementAccessExpression(node) && isTarget(node) && ts.isStringLiteral(node.argumentExpression))
        names.add(node.argumentExpression.text);
      return true;
    });
    this.#assigned = names;
    return names;
  }
}

/** Whether something is assigned to, counted up, or deleted. */
function isTarget(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) {
    const { kind } = parent.operatorToken;
    const assigns = kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
    return assigns && parent.left === node;
  }
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent))
    return parent.operator !== ts.SyntaxKind.ExclamationToken && isCount(parent.operator);
  return ts.isDeleteExpression(parent) || (ts.isForOfStatement(parent) && parent.initializer === node);
}

const isCount = (operator: ts.SyntaxKind): boolean =>
  operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;

/** Whether the code wants to know if a member is there: `row.note ?? ''`, `if (row.note)`, `row.note?.text`. */
function isAskedFor(access: ts.PropertyAccessExpression): boolean {
  let node: ts.Expression = access;
  while (ts.isParenthesizedExpression(node.parent) || ts.isNonNullExpression(node.parent)) node = node.parent;
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) return asking.has(parent.operatorToken.kind);
  if (ts.isPrefixUnaryExpression(parent)) return parent.operator === ts.SyntaxKind.ExclamationToken;
  if (ts.isIfStatement(parent) || ts.isConditionalExpression(parent)) {
    const condition = ts.isIfStatement(parent) ? parent.expression : parent.condition;
    return condition === node;
  }
  if (
    ts.isPropertyAccessExpression(parent) ||
    ts.isElementAccessExpression(parent) ||
    ts.isCallExpression(parent)
  )
    return parent.questionDotToken !== undefined && parent.expression === node;
  return ts.isTypeOfExpression(parent) || ts.isDeleteExpression(parent);
}

const asking: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
]);

/**
 * Whether the user said that something is unknown: by a type, or as what is caught. What a library gives is not: a sketch takes
 * it for what it will be.
 * @param start where the expression of type `unknown` begins
 */
export function isSaidUnknown({ file, program }: Focus, notebook: Surroundings, start: number): boolean {
  const name = findAround(
    file,
    start,
    (node): node is ts.Identifier => ts.isIdentifier(node) && node.getStart(file) === start,
  );
  const declared = name && program.getTypeChecker().getSymbolAtLocation(name)?.valueDeclaration;
  if (!declared) return false;
  if (ts.isVariableDeclaration(declared)) {
    const isOfOtherCell = declared.type !== undefined && ts.isImportTypeNode(declared.type);
    if (isOfOtherCell) return notebook.names.get(name.text)?.value?.isTyped === true;
    return declared.type !== undefined;
  }
  return ts.isParameter(declared) && declared.type !== undefined;
}

/** Of which type the member is that begins at an offset. */
export function ownerAt({ file, program }: Focus, start: number): ts.Type | undefined {
  const isMember = (node: ts.Node): node is ts.PropertyAccessExpression =>
    ts.isPropertyAccessExpression(node) && node.name.getStart(file) === start;
  const isTakenOut = (node: ts.Node): node is ts.BindingElement =>
    ts.isBindingElement(node) && (node.propertyName ?? node.name).getStart(file) === start;
  const owner = findAround(file, start, isMember)?.expression ?? findAround(file, start, isTakenOut)?.parent;
  return owner && program.getTypeChecker().getTypeAtLocation(owner);
}

/** Whether somebody only asks if there is such a name: `typeof window`. */
export function isProbed({ file }: Focus, start: number): boolean {
  const name = findAround(file, start, ts.isIdentifier);
  return name !== undefined && ts.isTypeOfExpression(name.parent);
}
