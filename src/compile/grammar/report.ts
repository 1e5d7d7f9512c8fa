// How a check of the grammar says what is wrong.
import ts from 'typescript';

/** @param node what is wrong. @param code TypeScript's. @param hint what to do */
export type Report = (node: ts.Node, code: number, message: string, hint?: string) => void;

export const wordOf = (kind: ts.SyntaxKind): string => ts.tokenToString(kind) ?? '';
