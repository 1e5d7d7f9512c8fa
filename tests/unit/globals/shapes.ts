// What can be done with something, by its declared type and by the thing itself.
import ts from 'typescript';

/** It is called with so many arguments, made with `new`, or just there. */
export type Shape =
  | { readonly kind: 'function'; readonly least: number; readonly most: number }
  | { readonly kind: 'class' | 'string' | 'number' | 'boolean' | 'object' }
  /** There is more than one possibility. */
  | { readonly kind: 'any' };

export function declaredShape(checker: ts.TypeChecker, type: ts.Type): Shape {
  if (type.getConstructSignatures().length > 0) return { kind: 'class' };
  const calls = type.getCallSignatures();
  if (calls.length > 0) {
    const counts = calls.map(argumentCounts);
    return {
      kind: 'function',
      least: Math.min(...counts.map(({ least }) => least)),
      most: Math.max(...counts.map(({ most }) => most)),
    };
  }
  const { flags } = checker.getBaseTypeOfLiteralType(type);
  if (flags & ts.TypeFlags.String) return { kind: 'string' };
  if (flags & ts.TypeFlags.Number) return { kind: 'number' };
  if (flags & ts.TypeFlags.BooleanLike) return { kind: 'boolean' };
  if (flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) return { kind: 'object' };
  return { kind: 'any' };
}

function argumentCounts({ parameters }: ts.Signature): { least: number; most: number } {
  const declared = parameters.map(({ valueDeclaration }) => valueDeclaration as ts.ParameterDeclaration);
  const isRest = declared.some(({ dotDotDotToken }) => dotDotDotToken);
  const required = declared.filter(({ questionToken, dotDotDotToken }) => !questionToken && !dotDotDotToken);
  return { least: required.length, most: isRest ? Number.POSITIVE_INFINITY : declared.length };
}

export function actualShape(value: unknown): Shape {
  if (typeof value === 'function') {
    if (/^class\b/.test(Function.prototype.toString.call(value))) return { kind: 'class' };
    return { kind: 'function', least: value.length, most: value.length };
  }
  const kind = value === null ? 'any' : typeof value;
  return {
    kind: kind === 'string' || kind === 'number' || kind === 'boolean' || kind === 'object' ? kind : 'any',
  };
}

/** Why what is there is not what is declared. */
export function difference(declared: Shape, actual: Shape): string | undefined {
  if (declared.kind === 'any') return actual.kind === 'function' ? 'is a function' : undefined;
  if (declared.kind !== actual.kind) return `is declared as ${declared.kind}, and is ${actual.kind}`;
  if (declared.kind !== 'function' || actual.kind !== 'function') return undefined;
  if (declared.least <= actual.least && actual.most <= declared.most) return undefined;
  return `is declared to take ${declared.least} to ${declared.most} arguments, and takes ${actual.most}`;
}

/** The names that a cell can write behind a value's dot, but for those that every object or function has. */
export function membersOf(value: object): string[] {
  const common = new Set(Object.getOwnPropertyNames(Object.prototype));
  if (typeof value === 'function')
    for (const name of ['prototype', ...Object.getOwnPropertyNames(Function.prototype)]) common.add(name);
  const names = new Set<string>();
  for (let owner = value; owner; owner = Object.getPrototypeOf(owner) as object)
    for (const name of Object.getOwnPropertyNames(owner)) names.add(name);
  return [...names].filter((name) => !common.has(name) && !name.startsWith('_'));
}
