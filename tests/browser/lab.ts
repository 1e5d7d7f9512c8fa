// A JupyterLab of our own: on a port that the system chooses, with a token, every directory of its own and thrown away.
// Rule: nothing of the person's Jupyter is read or written, and no process outlives `dispose`.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
/** Jupyter's command. */
export const program = resolve(process.env.JUPYTER ?? join(root, '.venv/bin/jupyter'));

export interface Lab {
  /** Ends with a slash. */
  readonly url: string;
  readonly token: string;
  /** Writes a notebook with these code cells where the lab finds it. @param kernel ours if absent. @returns its name */
  addNotebook(name: string, cells: readonly string[], kernel?: string): string;
  /** Writes another file where notebooks are, in a folder or not. */
  addFile(name: string, text: string): void;
  /** Copies a saved notebook to another place, where nobody has said that it can be trusted. */
  copyNotebook(name: string, copy: string): void;
  /** Shuts all kernels down, so that those of one test do not weigh on the next. */
  endKernels(): Promise<void>;
  dispose(): Promise<void>;
}

/** @throws Error with what the server said when it does not start within a minute */
export async function startLab(): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), 'tskernel-lab-'));
  const place = (name: string): string => {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const notebooks = place('notebooks');
  const runtime = place('runtime');
  const environment = {
    ...process.env,
    HOME: place('home'),
    JUPYTER_DATA_DIR: place('data'),
    JUPYTER_CONFIG_DIR: place('config'),
    JUPYTER_RUNTIME_DIR: runtime,
    JUPYTERLAB_SETTINGS_DIR: place('settings'),
    JUPYTERLAB_WORKSPACES_DIR: place('workspaces'),
    JUPYTER_PREFER_ENV_PATH: '0',
    TSKERNEL_DATA: place('tskernel'),
  };
  execFileSync(process.execPath, [join(root, 'dist/tskernel.cjs'), 'install', '--user'], {
    env: environment,
  });
  // No question about news from elsewhere over the page.
  const preferences = join(
    place('settings/@jupyterlab/apputils-extension'),
    'notification.jupyterlab-settings',
  );
  writeFileSync(preferences, JSON.stringify({ fetchNews: 'false', checkForUpdates: false }));

  const token = randomUUID();
  const server = spawn(
    program,
    [
      'lab',
      '--no-browser',
      '--allow-root',
      '--ServerApp.ip=127.0.0.1',
      '--ServerApp.port=0',
      `--IdentityProvider.token=${token}`,
      `--ServerApp.root_dir=${notebooks}`,
    ],
    { env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  let said = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  const ended = new Promise<void>((done) => {
    server.once('close', () => done());
    server.once('error', (error) => {
      said += error.message;
      done();
    });
  });
  const dispose = async (): Promise<void> => {
    endGroup(server);
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };

  const url = await Promise.race([findUrl(runtime), ended.then(() => undefined)]);
  if (url === undefined) {
    await dispose();
    throw new Error(`JupyterLab did not start:\n${said}`);
  }
  return {
    url,
    token,
    addNotebook(name, cells, kernel = 'tskernel') {
      writeFileSync(join(notebooks, name), JSON.stringify(describeNotebook(cells, kernel)));
      return name;
    },
    addFile(name, text) {
      const path = join(notebooks, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    },
    copyNotebook(name, copy) {
      // Jupyter signs what it saves; a changed text has no signature.
      const notebook = JSON.parse(readFileSync(join(notebooks, name), 'utf8')) as { metadata: object };
      writeFileSync(
        join(notebooks, copy),
        JSON.stringify({ ...notebook, metadata: { ...notebook.metadata, copy } }),
      );
    },
    async endKernels() {
      const ask = (method: string, path: string) =>
        fetch(`${url}api/${path}`, { method, headers: { Authorization: `token ${token}` } });
      const sessions = (await (await ask('GET', 'sessions')).json()) as { id: string }[];
      await Promise.all(sessions.map(({ id }) => ask('DELETE', `sessions/${id}`)));
    },
    dispose,
  };
}

/** Looks for the file in which a Jupyter server tells its port. */
async function findUrl(runtime: string): Promise<string | undefined> {
  for (let waited = 0; waited < 60_000; waited += 100) {
    const file = readdirSync(runtime).find((name) => /^jpserver-\d+\.json$/.test(name));
    if (file) {
      // While the server writes it, it has no port yet.
      const [, port] = /"port": (\d+)/.exec(readFileSync(join(runtime, file), 'utf8')) ?? [];
      const url = `http://127.0.0.1:${port ?? 0}/`;
      const answered = await fetch(`${url}api`).then(
        (response) => response.ok,
        () => false,
      );
      if (answered) return url;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  return undefined;
}

/** The server and the kernels that it started. */
function endGroup(server: ChildProcess): void {
  try {
    if (server.pid !== undefined) process.kill(-server.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function describeNotebook(cells: readonly string[], kernel: string): object {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: kernel, display_name: kernel },
    },
    cells: cells.map((source, index) => ({
      cell_type: 'code',
      id: `cell-${index}`,
      metadata: {},
      execution_count: null,
      outputs: [],
      source,
    })),
  };
}
