// Runs the browser tests with the Chromium that is there. Where there is none, root on a Debian gets it; elsewhere the run
// says why it tests nothing, which is a failure only in CI.
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { delimiter, join } = require('node:path');

const root = join(__dirname, '..', '..');

let chromium = process.env.CHROMIUM ?? find();
if (chromium === undefined && process.getuid?.() === 0) {
  console.error('installing chromium');
  run('apt-get', ['-qq', 'update']);
  run('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', 'chromium']);
  chromium = find();
}
if (chromium === undefined) {
  console.error(
    'skipped: the browser tests need Chromium (apt-get install chromium, or CHROMIUM=/path/to/it)',
  );
  process.exit(process.env.CI ? 1 : 0);
}
const jest = [join(root, 'node_modules/jest/bin/jest.js'), '--config', join(__dirname, 'jest.config.cjs')];
process.exit(
  run(process.execPath, [...jest, ...process.argv.slice(2)], { ...process.env, CHROMIUM: chromium }),
);

function find() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
}

function run(command, options, env = process.env) {
  return spawnSync(command, options, { stdio: ['ignore', 'inherit', 'inherit'], env, cwd: root }).status ?? 1;
}
