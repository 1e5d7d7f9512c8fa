// Where Jupyter looks for kernels on this machine, said without Python (Kernel specs, in
// https://jupyter-client.readthedocs.io/en/stable/kernels.html).
// Rule: pure functions of a `Machine`, so that every platform is tested on any other.
import { posix, win32 } from 'node:path';

/** What the answer depends on; the real one is `thisMachine()`. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly environment: { readonly [name: string]: string | undefined };
}

/** Where the user wants the kernel: for themselves, in the active Python environment, or below a directory of their choice. */
export type Location =
  | { readonly kind: 'user' }
  | { readonly kind: 'sys-prefix' }
  | { readonly kind: 'prefix'; readonly directory: string };

/** Something the user can mend, said in one sentence; shown without a stack. */
export class Complaint extends Error {}

/**
 * The `kernels` directory of a location.
 * @throws Complaint for `sys-prefix` when no Python environment is active
 */
export function kernelsDirectory(location: Location, machine: Machine): string {
  const { join } = pathsOf(machine);
  switch (location.kind) {
    case 'user':
      return join(userDataDirectory(machine), 'kernels');
    case 'prefix':
      return join(location.directory, 'share', 'jupyter', 'kernels');
    case 'sys-prefix': {
      const prefix = environmentPrefix(machine);
      if (prefix === undefined) {
        throw new Complaint(
          '--sys-prefix needs an active Python environment, but neither VIRTUAL_ENV nor CONDA_PREFIX is set: ' +
            'activate the environment first, or name it with --prefix DIR',
        );
      }
      return join(prefix, 'share', 'jupyter', 'kernels');
    }
  }
}

/** Every `kernels` directory that Jupyter searches, first wins, without duplicates. */
export function searchedDirectories(machine: Machine): string[] {
  const { join, delimiter } = pathsOf(machine);
  const { environment } = machine;
  const listed = (environment.JUPYTER_PATH ?? '').split(delimiter).filter((path) => path !== '');
  const user = [userDataDirectory(machine)];
  const prefix = environmentPrefix(machine);
  const active = prefix === undefined ? [] : [join(prefix, 'share', 'jupyter')];
  const preference = environment.JUPYTER_PREFER_ENV_PATH;
  // Jupyter prefers a virtual environment to the user's directory unless it is told otherwise.
  const activeFirst = preference === undefined ? active.length > 0 : isYes(preference);
  const shared =
    machine.platform === 'win32'
      ? isYes(environment.JUPYTER_USE_PROGRAMDATA) && environment.PROGRAMDATA
        ? [join(environment.PROGRAMDATA, 'jupyter')]
        : []
      : ['/usr/local/share/jupyter', '/usr/share/jupyter'];
  const all = [...listed, ...(activeFirst ? [...active, ...user] : [...user, ...active]), ...shared];
  return [...new Set(all)].map((directory) => join(directory, 'kernels'));
}

/** Where Jupyter puts connection files. */
export function runtimeDirectory(machine: Machine): string {
  return (
    machine.environment.JUPYTER_RUNTIME_DIR || pathsOf(machine).join(userDataDirectory(machine), 'runtime')
  );
}

function userDataDirectory(machine: Machine): string {
  const { environment, home, platform } = machine;
  const { join } = pathsOf(machine);
  if (environment.JUPYTER_DATA_DIR) return environment.JUPYTER_DATA_DIR;
  const platformRules = isYes(environment.JUPYTER_PLATFORM_DIRS);
  if (platform === 'darwin') {
    return platformRules
      ? join(home, 'Library', 'Application Support', 'Jupyter')
      : join(home, 'Library', 'Jupyter');
  }
  if (platform === 'win32') {
    if (platformRules) {
      return join(environment.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Jupyter');
    }
    if (environment.APPDATA) return join(environment.APPDATA, 'jupyter');
    return join(environment.JUPYTER_CONFIG_DIR ?? join(home, '.jupyter'), 'data');
  }
  return join(environment.XDG_DATA_HOME || join(home, '.local', 'share'), 'jupyter');
}

/** The Python environment: the one that this command belongs to, as the wheel says, or the active one. */
function environmentPrefix({ environment }: Machine): string | undefined {
  return environment.TSKERNEL_PREFIX || environment.VIRTUAL_ENV || environment.CONDA_PREFIX || undefined;
}

function isYes(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'n', 'no', 'f', 'false', 'off'].includes(value.toLowerCase());
}

function pathsOf(machine: Machine): typeof posix {
  return machine.platform === 'win32' ? win32 : posix;
}
