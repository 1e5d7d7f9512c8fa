// Files that are imported as text or bytes: what their types are.
import ts from 'typescript';

/** The type of a file that is imported `with { type: … }`. */
export const assetTypes: { readonly [type: string]: string } = {
  text: 'declare const text: string; export default text;',
  bytes: 'declare const bytes: Uint8Array<ArrayBuffer>; export default bytes;',
};

/** The type in the attributes of an import, static or dynamic, when it is one that makes an asset. */
export function assetType(statement: ts.Node): string | undefined {
  let attributes: readonly ts.Node[] = [];
  if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) {
    attributes = statement.attributes?.elements ?? [];
  } else if (ts.isCallExpression(statement)) {
    const [, options] = statement.arguments;
    const given = options && ts.isObjectLiteralExpression(options) && options.properties[0];
    if (given && isNamed(given, 'with') && ts.isPropertyAssignment(given)) {
      if (ts.isObjectLiteralExpression(given.initializer)) attributes = given.initializer.properties;
    }
  }
  for (const attribute of attributes) {
    if (!isNamed(attribute, 'type')) continue;
    const value = ts.isImportAttribute(attribute) ? attribute.value : attribute.initializer;
    if (ts.isStringLiteralLike(value) && Object.hasOwn(assetTypes, value.text)) return value.text;
  }
  return undefined;
}

function isNamed(node: ts.Node, name: string): node is ts.ImportAttribute | ts.PropertyAssignment {
  if (!ts.isImportAttribute(node) && !ts.isPropertyAssignment(node)) return false;
  return 'text' in node.name && node.name.text === name;
}
