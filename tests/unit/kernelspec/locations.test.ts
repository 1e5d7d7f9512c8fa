import { describe, expect, test } from '@jest/globals';
import { kernelsDirectory, type Machine, searchedDirectories } from '../../../kernelspec/locations';

const machine = (
  platform: NodeJS.Platform,
  environment: Machine['environment'] = {},
  home = platform === 'win32' ? 'C:\\Users\\ada' : '/home/ada',
): Machine => ({ platform, home, environment });

describe('the user’s kernels are in', () => {
  test.each<[string, Machine, string]>([
    ['~/.local/share on Linux', machine('linux'), '/home/ada/.local/share/jupyter/kernels'],
    ['XDG_DATA_HOME on Linux', machine('linux', { XDG_DATA_HOME: '/xdg' }), '/xdg/jupyter/kernels'],
    [
      'JUPYTER_DATA_DIR before all else',
      machine('linux', { JUPYTER_DATA_DIR: '/data', XDG_DATA_HOME: '/xdg' }),
      '/data/kernels',
    ],
    ['~/Library/Jupyter on macOS', machine('darwin'), '/home/ada/Library/Jupyter/kernels'],
    [
      'Application Support on macOS with platform directories',
      machine('darwin', { JUPYTER_PLATFORM_DIRS: '1' }),
      '/home/ada/Library/Application Support/Jupyter/kernels',
    ],
    ['APPDATA on Windows', machine('win32', { APPDATA: 'C:\\Roaming' }), 'C:\\Roaming\\jupyter\\kernels'],
    ['the configuration on Windows without it', machine('win32'), 'C:\\Users\\ada\\.jupyter\\data\\kernels'],
  ])('%s', (_, where, expected) => {
    expect(kernelsDirectory({ kind: 'user' }, where)).toBe(expected);
  });
});

describe('the other places', () => {
  test('--prefix is below its directory', () => {
    expect(kernelsDirectory({ kind: 'prefix', directory: '/usr/local' }, machine('linux'))).toBe(
      '/usr/local/share/jupyter/kernels',
    );
  });

  test('--sys-prefix follows the active environment', () => {
    const where = (environment: Machine['environment']) =>
      kernelsDirectory({ kind: 'sys-prefix' }, machine('linux', environment));
    expect(where({ VIRTUAL_ENV: '/venv', CONDA_PREFIX: '/conda' })).toBe('/venv/share/jupyter/kernels');
    expect(where({ CONDA_PREFIX: '/conda' })).toBe('/conda/share/jupyter/kernels');
  });

  test('--sys-prefix of a wheel’s command is the environment that the wheel is in', () => {
    const environment = { TSKERNEL_PREFIX: '/jupyter', VIRTUAL_ENV: '/venv' };
    const where = machine('linux', environment);
    expect(kernelsDirectory({ kind: 'sys-prefix' }, where)).toBe('/jupyter/share/jupyter/kernels');
    expect(searchedDirectories(where)[0]).toBe('/jupyter/share/jupyter/kernels');
  });

  test('--sys-prefix without one says what to do', () => {
    expect(() => kernelsDirectory({ kind: 'sys-prefix' }, machine('linux'))).toThrow(
      'activate the environment first',
    );
  });
});

describe('Jupyter searches', () => {
  test('the user’s directory and the shared ones', () => {
    expect(searchedDirectories(machine('linux'))).toEqual([
      '/home/ada/.local/share/jupyter/kernels',
      '/usr/local/share/jupyter/kernels',
      '/usr/share/jupyter/kernels',
    ]);
  });

  test('JUPYTER_PATH first, then an active environment, each once', () => {
    const environment = { JUPYTER_PATH: '/a:/usr/share/jupyter', VIRTUAL_ENV: '/venv' };
    expect(searchedDirectories(machine('linux', environment))).toEqual([
      '/a/kernels',
      '/usr/share/jupyter/kernels',
      '/venv/share/jupyter/kernels',
      '/home/ada/.local/share/jupyter/kernels',
      '/usr/local/share/jupyter/kernels',
    ]);
  });

  test('the user’s directory before the environment when told so', () => {
    const environment = { VIRTUAL_ENV: '/venv', JUPYTER_PREFER_ENV_PATH: '0' };
    expect(searchedDirectories(machine('linux', environment)).slice(0, 2)).toEqual([
      '/home/ada/.local/share/jupyter/kernels',
      '/venv/share/jupyter/kernels',
    ]);
  });
});
