// Tests are TypeScript, compiled by esbuild on the way in, as the kernel itself is.
module.exports = {
  testEnvironment: 'node',
  runtime: '<rootDir>/tests/runtime.cjs',
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  transform: {
    '\\.ts$|\\.page\\.\\w+$': '<rootDir>/tests/esbuild-transform.cjs',
    '(?:ts-blank-space|uuid).*\\.js$': '<rootDir>/tests/esbuild-transform.cjs',
  },
  moduleNameMapper: { '^(\\..*)\\?text$': '$1' },
  // Comes as ESM only; jest loads CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!(?:ts-blank-space|uuid)/)'],
  // What is built has packages of the same names as those that it was built from.
  modulePathIgnorePatterns: [
    '<rootDir>/dist/(?:lab|typescript)/',
    '<rootDir>/lab/dist/',
    '<rootDir>/artifacts/',
    '<rootDir>/\\.',
  ],
  // A busy machine has its time; what is not to take long says so itself.
  testTimeout: 120_000,
};
