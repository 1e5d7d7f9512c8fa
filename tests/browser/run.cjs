// Runs the browser tests with the Chromium that is there. Where there is none, root on a Debian gets it; elsewhere the run
// says why it tests nothing, which is a failure only in CI.
const { spawnSync } = require('node:child_process');
const { existsSync, mkdirSync, readFileSync, rmSync } = require('node:fs');
const { delimiter, dirname, join } = require('node:path');

const root = join(__dirname, '..', '..');

let chromium = process.env.CHROMIUM ?? find();
if (chromium === undefined && process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
  console.error('installing chromium');
  run('apt-get', ['-qq', 'update']);
  run('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', 'chromium', 'fonts-dejavu-core']);
  chromium = find();
}
if (chromium === undefined) {
  console.error(
    'skipped: the browser tests need Chromium (apt-get install chromium, or CHROMIUM=/path/to/it)',
  );
  process.exit(process.env.CI ? 1 : 0);
}
const report = join(root, 'artifacts', 'browser', 'jest.json');
rmSync(report, { force: true });
mkdirSync(dirname(report), { recursive: true });
const jest = [
  join(root, 'node_modules/jest/bin/jest.js'),
  ...['--config', join(__dirname, 'jest.config.cjs'), '--json', `--outputFile=${report}`],
];
// With --json the summary goes to stderr and the report, which we have in the file, to stdout.
const status = run(
  process.execPath,
  [...jest, ...process.argv.slice(2)],
  { ...process.env, CHROMIUM: chromium },
  'ignore',
);
let passed = 0;
let failed = 1;
if (existsSync(report)) {
  const result = JSON.parse(readFileSync(report, 'utf8'));
  passed = result.numPassedTests;
  failed = result.numFailedTests + result.numRuntimeErrorTestSuites || Number(status !== 0);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);

function find() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
}

function run(command, options, env = process.env, stdout = 'inherit') {
  const { status, signal } = spawnSync(command, options, {
    stdio: ['ignore', stdout, 'inherit'],
    env,
    cwd: root,
  });
  if (signal) console.error(`${command} was ended by ${signal}`);
  return status ?? 1;
}
