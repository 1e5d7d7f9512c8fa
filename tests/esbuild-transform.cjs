// Jest's transform: TypeScript to CommonJS through esbuild, with an inline map so that failures name the .ts line;
// declarations and what is for a page as their text, for they are loaded only by `import text from './file.d.ts?text'`.
const { transformSync } = require('esbuild');

module.exports = {
  process(source, path) {
    const { code } = transformSync(source, {
      loader: /\.d\.ts$|\.page\.\w+$/.test(path) ? 'text' : 'ts',
      format: 'cjs',
      target: 'node20',
      sourcefile: path,
      sourcemap: 'inline',
    });
    return { code };
  },
};
