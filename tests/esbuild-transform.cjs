// Jest's transform: TypeScript to CommonJS through esbuild, with an inline map so that failures name the .ts line.
const { transformSync } = require('esbuild');

module.exports = {
  process(source, path) {
    const { code } = transformSync(source, {
      loader: 'ts',
      format: 'cjs',
      target: 'node20',
      sourcefile: path,
      sourcemap: 'inline',
    });
    return { code };
  },
};
