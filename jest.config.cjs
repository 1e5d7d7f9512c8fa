// Tests are TypeScript, compiled by esbuild on the way in, as the kernel itself is.
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  transform: { '\\.ts$': '<rootDir>/tests/esbuild-transform.cjs' },
  testTimeout: 30_000,
};
