// The browser tests, apart from the others: they need Chromium and the project's JupyterLab. Run by `make test-browser`.
const { join } = require('node:path');

const root = join(__dirname, '..', '..');

module.exports = {
  rootDir: root,
  roots: [__dirname],
  testEnvironment: 'node',
  testMatch: [join(__dirname, '*.spec.ts')],
  transform: { '\\.ts$': join(root, 'tests', 'esbuild-transform.cjs') },
  modulePathIgnorePatterns: [
    '<rootDir>/dist/(?:lab|typescript)/',
    '<rootDir>/lab/dist/',
    '<rootDir>/artifacts/',
    '<rootDir>/\\.',
  ],
  testTimeout: 120_000,
  maxWorkers: 1,
};
