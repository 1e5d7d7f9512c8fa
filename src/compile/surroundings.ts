// What a node stands in: which function, loops and labels, as far as await, return and jumps depend on it.
import ts from 'typescript';

export type Boundary = 'cell' | 'function' | 'arrow' | 'field' | 'static';

/** What a node stands in, up to the nearest function-like thing. */
export interface Surroundings {
  readonly boundary: Boundary;
  readonly isAsync: boolean;
  /** `the function 'load'`, for messages. */
  readonly description: string;
  readonly canBeAsync: boolean;
  /** new.target has a meaning: inside a function, field or static block, across arrows. */
  readonly hasNewTarget: boolean;
  readonly inLoop: boolean;
  readonly inSwitch: boolean;
  /** Labels, with whether they name a loop. */
  readonly labels: ReadonlyMap<string, boolean>;
}

const noLabels: ReadonlyMap<string, boolean> = new Map();

export const atTopLevel: Surroundings = {
  boundary: 'cell',
  isAsync: true,
  description: 'the cell',
  canBeAsync: true,
  hasNewTarget: false,
  inLoop: false,
  inSwitch: false,
  labels: noLabels,
};

/** Inside a function, or something else that is its own body. */
export function enter(
  around: Surroundings,
  boundary: Boundary,
  isAsync: boolean,
  description: string,
  canBeAsync: boolean,
): Surroundings {
  return {
    boundary,
    isAsync,
    description,
    canBeAsync,
    hasNewTarget: boundary !== 'arrow' || around.hasNewTarget,
    inLoop: false,
    inSwitch: false,
    labels: noLabels,
  };
}

/** `the function 'load'`, `the method 'read'`, `an arrow function`. */
export function describeFunction(node: ts.FunctionLikeDeclaration, parent: ts.Node): string {
  if (ts.isConstructorDeclaration(node)) return 'a constructor';
  const named = node.name ?? nameGivenBy(parent);
  const name =
    named !== undefined &&
    (ts.isIdentifier(named) || ts.isStringLiteral(named) || ts.isPrivateIdentifier(named))
      ? named.text
      : undefined;
  if (ts.isGetAccessor(node) || ts.isSetAccessor(node))
    return name === undefined ? 'an accessor' : `the accessor '${name}'`;
  if (ts.isMethodDeclaration(node)) return name === undefined ? 'a method' : `the method '${name}'`;
  if (name !== undefined) return `the function '${name}'`;
  return ts.isArrowFunction(node) ? 'an arrow function' : 'a function';
}

/** The name that a function expression gets from where it stands. */
function nameGivenBy(parent: ts.Node): ts.Node | undefined {
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent))
    return parent.name;
  return ts.isBinaryExpression(parent) ? parent.left : undefined;
}
