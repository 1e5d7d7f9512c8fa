// TypeScript as the build has it: minified, with its libraries and nothing else, in dist/typescript. The package is three times as large.
// Rule: what the build contains asks for nothing that npm would have to install.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const from = 'node_modules/typescript';
const to = 'dist/typescript';
const main = 'lib/typescript.js';

/** A plugin for esbuild: files in dist/ take TypeScript from beside themselves. */
export const ownTypeScript = {
  name: 'own-typescript',
  setup(build) {
    build.onResolve({ filter: /^typescript$/ }, () => ({ path: `./typescript/${main}`, external: true }));
  },
};

/** What of it goes through esbuild. */
export const minification = {
  entryPoints: [`${from}/${main}`],
  outfile: `${to}/${main}`,
  minify: true,
  legalComments: 'inline',
  logLevel: 'error',
};

/** What of it is copied: a manifest, the libraries, the licences. */
export function copyLibraries() {
  const { name, version, license } = JSON.parse(readFileSync(`${from}/package.json`, 'utf8'));
  mkdirSync(`${to}/lib`, { recursive: true });
  writeFileSync(`${to}/package.json`, JSON.stringify({ name, version, license, main: `./${main}` }, null, 2));
  const files = [
    ...readdirSync(from).filter((file) => /^(?:licen[cs]e|thirdpartynotice)/i.test(file)),
    ...readdirSync(`${from}/lib`)
      .filter((file) => /^lib\..*d\.ts$/.test(file))
      .map((file) => `lib/${file}`),
  ];
  for (const file of files) copyFileSync(`${from}/${file}`, `${to}/${file}`);
}
