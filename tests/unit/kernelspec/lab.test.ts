import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { checkExtension } from '../../../kernelspec/doctor';
import { findExtension, installExtension, removeExtension } from '../../../kernelspec/lab';

let scratch: string;
let kernels: string;
let built: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'tskernel-extension-'));
  kernels = join(scratch, 'jupyter', 'kernels');
  built = build('1.0.0');
});
afterEach(() => rmSync(scratch, { recursive: true }));

function build(version: string): string {
  const folder = join(scratch, version);
  mkdirSync(join(folder, 'static'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'tskernel', version }));
  writeFileSync(join(folder, 'static', `${version}.js`), '');
  return folder;
}

/** As a wheel brings it. */
const markAsPackaged = (directory: string) =>
  writeFileSync(join(directory, 'install.json'), JSON.stringify({ packageManager: 'python' }));

const machine = () => ({
  platform: process.platform,
  home: scratch,
  environment: { JUPYTER_DATA_DIR: join(scratch, 'jupyter'), JUPYTER_PREFER_ENV_PATH: '0' },
});

test('the extension goes beside the kernels, in place of an older one, and away again', () => {
  const directory = installExtension(kernels, built);
  expect(directory).toBe(join(scratch, 'jupyter', 'labextensions', 'tskernel'));
  installExtension(kernels, build('2.0.0'));
  expect(readdirSync(join(directory, 'static'))).toEqual(['2.0.0.js']);
  expect(JSON.parse(readFileSync(join(directory, 'install.json'), 'utf8'))).toMatchObject({
    packageManager: 'npm',
    uninstallInstructions: 'tskernel uninstall',
  });
  expect(readdirSync(join(scratch, 'jupyter', 'labextensions'))).toEqual(['tskernel']);
  expect(findExtension([join(scratch, 'nowhere', 'kernels'), kernels])).toMatchObject({ version: '2.0.0' });
  expect(removeExtension(kernels)).toBe(directory);
  expect(removeExtension(kernels)).toBeUndefined();
});

test('what pip has brought is left to pip', () => {
  const directory = installExtension(kernels, built);
  markAsPackaged(directory);
  installExtension(kernels, build('2.0.0'));
  expect(findExtension([kernels])).toMatchObject({ version: '1.0.0', isPackaged: true });
  expect(removeExtension(kernels)).toBeUndefined();
  expect(existsSync(directory)).toBe(true);
});

test('something else of that name is not touched', () => {
  const directory = join(scratch, 'jupyter', 'labextensions', 'tskernel');
  mkdirSync(directory, { recursive: true });
  expect(() => installExtension(kernels, built)).toThrow('holds another extension; install with --no-lab');
  expect(removeExtension(kernels)).toBeUndefined();
});

test('the doctor says whether JupyterLab finds it, and whether it is of this version', () => {
  expect(checkExtension(machine(), '1.0.0')).toMatchObject({ verdict: 'note' });
  const directory = installExtension(kernels, built);
  expect(checkExtension(machine(), '1.0.0')).toEqual({
    verdict: 'ok',
    text: `JupyterLab extension 1.0.0 in ${directory}`,
  });
  const { verdict, text } = checkExtension(machine(), '1.1.0');
  expect(verdict).toBe('note');
  expect(text).toContain('is of version 1.0.0, this is 1.1.0; run "tskernel install" again');
  markAsPackaged(directory);
  expect(checkExtension(machine(), '1.1.0').text).toContain('update the Python package');
});
