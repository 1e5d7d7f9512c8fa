// A type in one line, for lists.
import ts from 'typescript';
import type { CellModule } from '../notebook/module';

const longest = 300;

/** Those of the values of a cell, by their names. */
export function signaturesOf(
  file: ts.SourceFile,
  checker: ts.TypeChecker,
  { outline }: CellModule,
): Map<string, string> {
  const signatures = new Map<string, string>();
  const module = checker.getSymbolAtLocation(file);
  for (const symbol of module ? checker.getExportsOfModule(module) : []) {
    const text = outline.values.has(symbol.name) && signatureOf(symbol, checker, file);
    if (text) signatures.set(symbol.name, text);
  }
  return signatures;
}

/** What was described, by the checker that knows the types: while somebody types, the same members are listed again and again. */
const described = new WeakMap<ts.TypeChecker, Map<ts.Symbol, string | undefined>>();

/** The signature of a function, or the type of a variable. */
export function signatureOf(
  symbol: ts.Symbol,
  checker: ts.TypeChecker,
  file: ts.SourceFile,
): string | undefined {
  const known = described.get(checker) ?? new Map<ts.Symbol, string | undefined>();
  described.set(checker, known);
  if (!known.has(symbol)) known.set(symbol, describe(symbol, checker, file));
  return known.get(symbol);
}

function describe(symbol: ts.Symbol, checker: ts.TypeChecker, file: ts.SourceFile): string | undefined {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  if (!(target.flags & ts.SymbolFlags.Value)) return undefined;
  return describeType(checker.getTypeOfSymbolAtLocation(target, file), checker);
}

/** Undefined for `any`. */
function describeType(type: ts.Type, checker: ts.TypeChecker): string | undefined {
  if (type.flags & ts.TypeFlags.Any) return undefined;
  const [call, ...others] = type.getCallSignatures();
  const text =
    call && type.getConstructSignatures().length === 0
      ? checker.signatureToString(call) + (others.length > 0 ? ` (+${others.length} overloads)` : '')
      : checker.typeToString(type);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
