// How to start npm: its script with this Node where that can be found, since Node refuses to start the `npm.cmd` of Windows
// without a shell. Rule: looks where installers put npm, and along PATH; starts nothing.
import { realpathSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { isThere } from './permissions';

export interface NpmCommand {
  readonly file: string;
  /** What comes before npm's own arguments. */
  readonly parameters: readonly string[];
}

export interface NpmPlaces {
  readonly platform: NodeJS.Platform;
  /** The path of Node's program. */
  readonly node: string;
  /** PATH, as the environment has it. */
  readonly searched: string;
  isThere(path: string): boolean;
  /** @throws when the path does not exist */
  realpath(path: string): string;
}

const here = (): NpmPlaces => ({
  platform: process.platform,
  node: process.execPath,
  searched: process.env.PATH ?? '',
  isThere,
  realpath: realpathSync,
});

/**
 * Finds npm: the one that came with this Node, else the one on PATH, else one in a usual place, since a Jupyter that was
 * started from a desktop has a short PATH.
 * @returns undefined when there is no npm
 */
export function findNpm(places: NpmPlaces = here()): NpmCommand | undefined {
  const { platform, node, searched } = places;
  const isWindows = platform === 'win32';
  const { delimiter, dirname, join } = isWindows ? win32 : posix;
  const scriptIn = (...folder: string[]) => join(...folder, 'node_modules', 'npm', 'bin', 'npm-cli.js');
  const withNode = (scripts: readonly string[]): NpmCommand | undefined => {
    const script = scripts.find((path) => places.isThere(path));
    return script === undefined ? undefined : { file: node, parameters: [script] };
  };
  const beside = [node, follow(places, node)].map(dirname).flatMap((folder) => [
    scriptIn(folder, '..', 'lib'),
    scriptIn(folder),
    // Homebrew keeps Node in <prefix>/Cellar/node/<version>/bin.
    scriptIn(folder, '..', '..', '..', '..', 'lib'),
  ]);
  const fromPath = (folder: string): NpmCommand | undefined => {
    const program = join(folder, isWindows ? 'npm.cmd' : 'npm');
    if (!places.isThere(program)) return undefined;
    if (isWindows) return withNode([scriptIn(folder)]);
    const script = follow(places, program);
    // What is no link to npm's script is a program of its own: a shim of a version manager.
    return script.endsWith('npm-cli.js') ? withNode([script]) : { file: program, parameters: [] };
  };
  const usual = isWindows ? [] : ['/usr/local/lib', '/opt/homebrew/lib'].map((folder) => scriptIn(folder));
  return (
    withNode(beside) ??
    searched.split(delimiter).filter(Boolean).map(fromPath).find(Boolean) ??
    withNode(usual)
  );
}

function follow({ realpath }: NpmPlaces, path: string): string {
  try {
    return realpath(path);
  } catch {
    return path;
  }
}
