// Where a static type says nothing (any, unknown), and that type with the gaps filled from the shape of the value.
// Rule: what a type does say stays as it is: it is taken from the type by its path, `Static["total"]`.
import ts from 'typescript';
import type { Shape } from '../../threads/shape';
import type { CellModule } from '../notebook/module';
import { isLibrary } from './resolution';
import { type TypeWriter, writeKey } from './shapes';

/** A type, as far as something is missing in it. */
export type Hole =
  | { readonly kind: 'all' }
  | { readonly kind: 'elements' | 'set' | 'values'; readonly of: Hole }
  /** An array that has more than arrays have. */
  | { readonly kind: 'list'; readonly of: Hole }
  | { readonly kind: 'map'; readonly keys: Hole | undefined; readonly values: Hole | undefined }
  /** An object type without a name, written out. */
  | { readonly kind: 'literal'; readonly fields: readonly LiteralField[] }
  /** A type with a name and with parameters that nothing is known of: some of its fields. */
  | { readonly kind: 'generic'; readonly fields: readonly (readonly [name: string, hole: Hole])[] };

/** The values of a cell that have no type, or one with gaps, and are not declared to be so. */
export function holesOf(
  file: ts.SourceFile,
  checker: ts.TypeChecker,
  { outline }: CellModule,
): ReadonlyMap<string, Hole> {
  const holes = new Map<string, Hole>();
  const module = checker.getSymbolAtLocation(file);
  for (const symbol of module ? checker.getExportsOfModule(module) : []) {
    const declared = outline.values.get(symbol.name);
    if (!declared || declared.isTyped) continue;
    if (declared.kind !== 'let' && declared.kind !== 'const' && declared.kind !== 'import') continue;
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const hole = declared.isOpen
      ? untyped
      : findHole(checker.getTypeOfSymbolAtLocation(target, file), checker);
    if (hole && (declared.kind !== 'import' || hole.kind === 'all')) holes.set(symbol.name, hole);
  }
  return holes;
}

const untyped: Hole = { kind: 'all' };

interface LiteralField {
  readonly name: string;
  readonly hole: Hole | undefined;
  /** A simple type without a gap, as it is written. */
  readonly text: string | undefined;
}

const deepest = 3;
/** Types with more members than this are taken as they are. */
const mostMembers = 100;

const { Any, Unknown, NonPrimitive, Object: IsObject } = ts.TypeFlags;

/** `{}`, which a literal has as its type until something is put into the object: it says nothing of what is there. */
export function isEmptyObject(type: ts.Type): boolean {
  if (!(type.flags & IsObject) || !((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Anonymous))
    return false;
  const { symbol } = type;
  return (
    (!symbol || (symbol.flags & (ts.SymbolFlags.TypeLiteral | ts.SymbolFlags.ObjectLiteral)) !== 0) &&
    type.getProperties().length === 0 &&
    type.getCallSignatures().length + type.getConstructSignatures().length === 0 &&
    !type.getStringIndexType() &&
    !type.getNumberIndexType()
  );
}

export function findHole(type: ts.Type, checker: ts.TypeChecker, depth = 0): Hole | undefined {
  // `object` says as little.
  if (type.flags & (Any | Unknown | NonPrimitive) || isEmptyObject(type)) return { kind: 'all' };
  if (!(type.flags & IsObject) || depth > deepest) return undefined;
  const inside = (part: ts.Type | undefined) => part && findHole(part, checker, depth + 1);
  const one = (kind: 'elements' | 'set' | 'values' | 'list', part: ts.Type | undefined): Hole | undefined => {
    const of = inside(part);
    return of && { kind, of };
  };
  const parameters = isReference(type) ? checker.getTypeArguments(type) : [];
  if (checker.isArrayType(type)) return one('elements', parameters[0]);
  if (checker.isArrayLikeType(type) && !checker.isTupleType(type))
    return one('list', type.getNumberIndexType());
  if (isBuiltIn(type, 'Set')) return one('set', parameters[0]);
  if (isBuiltIn(type, 'Map')) {
    const [keys, values] = [inside(parameters[0]), inside(parameters[1])];
    return keys || values ? { kind: 'map', keys, values } : undefined;
  }
  if (type.getCallSignatures().length + type.getConstructSignatures().length > 0) return undefined;
  const members = checker.getPropertiesOfType(type);
  if (members.length > mostMembers) return undefined;
  const typed = members.map((member) => [member.name, checker.getTypeOfSymbol(member)] as const);
  const index = checker.getIndexInfoOfType(type, ts.IndexKind.String);
  if (index) return members.length === 0 ? one('values', index.type) : undefined;
  if ((type as ts.ObjectType).objectFlags & (ts.ObjectFlags.Anonymous | ts.ObjectFlags.Mapped)) {
    const fields = typed.map(([name, part]): LiteralField => {
      const hole = inside(part);
      return { name, hole, text: hole ? undefined : simpleText(part, checker) };
    });
    return fields.some(({ hole }) => hole) ? { kind: 'literal', fields } : undefined;
  }
  if (!parameters.some((part) => inside(part))) return undefined;
  const fields = typed.flatMap(([name, part]) => {
    const hole = isDirect(part, checker) ? inside(part) : undefined;
    return hole ? [[name, hole] as const] : [];
  });
  return fields.length > 0 ? { kind: 'generic', fields } : undefined;
}

/** The text of a type that is the same everywhere: of primitives, JavaScript's own classes, and lists of them. */
function simpleText(type: ts.Type, checker: ts.TypeChecker): string | undefined {
  const part = checker.isArrayType(type) ? checker.getTypeArguments(type as ts.TypeReference)[0]! : type;
  const { StringLike, NumberLike, BooleanLike, BigIntLike, Null, Undefined, EnumLike } = ts.TypeFlags;
  const simple = StringLike | NumberLike | BooleanLike | BigIntLike | Null | Undefined;
  const isSimple = (one: ts.Type) =>
    ((one.flags & simple) !== 0 && (one.flags & EnumLike) === 0) ||
    (one.isClassOrInterface() && !one.typeParameters && isBuiltIn(one, one.symbol.name));
  if (!(part.isUnion() ? part.types.every(isSimple) : isSimple(part))) return undefined;
  return checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation);
}

const isReference = (type: ts.Type): type is ts.TypeReference =>
  ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference) !== 0;

const isBuiltIn = ({ symbol }: ts.Type, name: string): boolean =>
  symbol?.name === name &&
  symbol.declarations?.every((at) => isLibrary(at.getSourceFile().fileName)) === true;

/** A field that is what a parameter stands for, or an array of that. */
const isDirect = (type: ts.Type, checker: ts.TypeChecker): boolean => {
  const part = checker.isArrayType(type) ? checker.getTypeArguments(type as ts.TypeReference)[0]! : type;
  return (part.flags & (Any | Unknown | NonPrimitive)) !== 0;
};

/**
 * The type with its gaps filled.
 * @param path the static type, as it can be written
 */
export function fill(
  hole: Hole | undefined,
  shape: Shape | undefined,
  path: string,
  writer: TypeWriter,
): string {
  if (!hole || !shape) return path;
  switch (hole.kind) {
    case 'all':
      return writer.write(shape);
    case 'elements':
      if (shape.elements && hole.of.kind === 'all') return writer.write({ elements: shape.elements });
      return shape.elements ? `(${fill(hole.of, shape.elements, `${path}[number]`, writer)})[]` : path;
    case 'list':
      return shape.elements
        ? `Omit<${path}, keyof any[]> & (${fill(hole.of, shape.elements, `${path}[number]`, writer)})[]`
        : path;
    case 'set':
      return shape.set ? `Set<${fill(hole.of, shape.set, 'any', writer)}>` : path;
    case 'map': {
      if (!shape.map) return path;
      const [keys, values] = shape.map;
      const parameter = (index: number) =>
        `(${path} extends Map<infer K, infer V> ? [K, V] : never)[${index}]`;
      return `Map<${fill(hole.keys, keys, parameter(0), writer)}, ${fill(hole.values, values, parameter(1), writer)}>`;
    }
    case 'values': {
      const shapes = shape.values ? [shape.values] : (shape.object?.fields ?? []).map((field) => field.shape);
      const texts = new Set(shapes.map((one) => fill(hole.of, one, `${path}[string]`, writer)));
      return texts.size > 0 && texts.size <= 5 ? `Record<string, ${[...texts].join(' | ')}>` : path;
    }
    case 'literal': {
      const object = shape.object;
      if (!object) return path;
      const texts = hole.fields.map(({ name, hole: inner, text }) => {
        const field = object.fields.find((one) => one.name === name);
        const member = text ?? `${path}[${JSON.stringify(name)}]`;
        return `${writeKey(name)}: ${fill(inner, field?.shape, member, writer)}`;
      });
      return `{ ${texts.join('; ')} }`;
    }
    case 'generic': {
      const { fields = [] } = shape.object ?? {};
      const known = hole.fields.flatMap(([name, inner]) => {
        const field = fields.find((one) => one.name === name);
        return field ? [[name, fill(inner, field.shape, 'any', writer)] as const] : [];
      });
      if (known.length === 0) return path;
      const names = known.map(([name]) => JSON.stringify(name)).join(' | ');
      return `Omit<${path}, ${names}> & { ${known.map(([name, text]) => `${writeKey(name)}: ${text}`).join('; ')} }`;
    }
    default:
      return hole satisfies never;
  }
}
