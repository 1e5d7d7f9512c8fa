// A plugin for esbuild: `import text from './file?text'` takes what stands in the file into the bundle.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const asText = {
  name: 'as-text',
  setup(build) {
    build.onResolve({ filter: /^\..*\?text$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace(/\?text$/, '')),
      namespace: 'text',
    }));
    build.onLoad({ filter: /.*/, namespace: 'text' }, ({ path }) => ({
      contents: readFileSync(path, 'utf8'),
      loader: 'text',
    }));
  },
};
