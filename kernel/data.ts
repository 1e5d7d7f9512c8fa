// Where the kernel keeps what outlives it.
import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = { readonly [name: string]: string | undefined };

/** The kernel's directory among the user's data: `TSKERNEL_DATA`, or the place where the platform keeps such things. */
export function dataDirectory(
  environment: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (environment.TSKERNEL_DATA) return environment.TSKERNEL_DATA;
  if (platform === 'win32') {
    return join(
      environment.LOCALAPPDATA || environment.APPDATA || join(home, 'AppData', 'Local'),
      'tskernel',
    );
  }
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'tskernel');
  return join(environment.XDG_DATA_HOME || join(home, '.local', 'share'), 'tskernel');
}
