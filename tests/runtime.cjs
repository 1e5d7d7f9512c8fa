// Jest's runtime, which loads every module anew for every test file, but for TypeScript: nine megabytes, and a thousand files of
// declarations that its services parse. These are read once for all test files of a process.
// Rule: what is shared are files of packages, which TypeScript itself shares between programs; files of tests are not.
const { default: Runtime } = require('jest-runtime');
const ts = require('typescript');

/** The registry in which the parsed files of packages are: the one that parses no comments (src/language/types/registry.ts). */
let packaged;

function createDocumentRegistry(caseSensitive, directory, comments, ...rest) {
  if (comments !== ts.JSDocParsingMode.ParseNone || !caseSensitive || directory !== '')
    return ts.createDocumentRegistry(caseSensitive, directory, comments, ...rest);
  packaged ??= {
    ...ts.createDocumentRegistry(caseSensitive, directory, comments),
    // The next test file takes them again.
    releaseDocument() {},
    releaseDocumentWithKey() {},
  };
  return packaged;
}

// An import copies each own property of a CommonJS module, over two thousand here; so there is one, as in the worker
// (src/language/types/typescript.ts).
const shared = Object.create(ts, {
  __esModule: { value: true },
  default: {
    value: Object.create(ts, { createDocumentRegistry: { value: createDocumentRegistry } }),
    enumerable: true,
  },
});

/** What TypeScript throws is an error of this realm. The compiler knows one kind: a stack that is not deep enough for a cell. */
function recogniseErrors(realm) {
  const own = realm.RangeError;
  const isInstance = Function.prototype[Symbol.hasInstance];
  Object.defineProperty(own, Symbol.hasInstance, {
    value(error) {
      return isInstance.call(this, error) || (this === own && error instanceof RangeError);
    },
  });
}

module.exports = class extends Runtime {
  constructor(config, environment, ...rest) {
    super(config, environment, ...rest);
    recogniseErrors(environment.global);
  }

  requireModuleOrMock(from, name) {
    return name === 'typescript' ? shared : super.requireModuleOrMock(from, name);
  }
};
