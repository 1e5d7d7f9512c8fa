// A type in one line, for lists.
import ts from 'typescript';

const longest = 300;

/** The signature of a function, or the type of a variable. */
export function signatureOf(
  symbol: ts.Symbol,
  checker: ts.TypeChecker,
  file: ts.SourceFile,
): string | undefined {
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
