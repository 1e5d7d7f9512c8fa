// TypeScript's binder, which its declarations do not have: a TypeScript that the user chose may lack it.
import ts from 'typescript';

interface Internals {
  bindSourceFile?(file: ts.SourceFile, options: ts.CompilerOptions): void;
}

const { bindSourceFile } = ts as Internals;

export const canBind = bindSourceFile !== undefined;

/** Binds a file ahead of the checker, which binds what is not bound yet. @param options in declarations none makes a difference */
export const bind = (file: ts.SourceFile, options: ts.CompilerOptions = {}): void =>
  bindSourceFile?.(file, options);
