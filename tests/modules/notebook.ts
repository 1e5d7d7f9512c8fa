// A notebook in a directory, run by the built kernel: what a cell shows, prints, or fails with.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import type { Content } from '../messages';
import type { Client, Execution, Message } from '../wire/client';
import { type KernelProcess, startKernel } from '../wire/launch';

export const project = join(__dirname, 'project', 'notebook');

export interface Directory {
  readonly directory: string;
  remove(): void;
}

/** Opens a notebook for the tests of a file, and takes its directory away afterwards. */
export function openForAll(place: Directory, give: (notebook: Notebook) => void): void {
  let opened: Notebook;
  beforeAll(async () => {
    opened = await Notebook.open(place.directory);
    give(opened);
  });
  afterAll(async () => {
    await opened.close();
    place.remove();
  });
}

export class Notebook {
  private constructor(
    readonly directory: string,
    readonly kernel: KernelProcess,
    readonly client: Client,
  ) {}

  static async open(directory: string, env: { readonly [name: string]: string } = {}): Promise<Notebook> {
    // What types say of a cell is not looked at here, and its end would wait for it.
    const kernel = await startKernel({ cwd: directory, env: { TSKERNEL_TYPES: 'off', ...env } });
    return new Notebook(directory, kernel, await kernel.connect());
  }

  close(): Promise<void> {
    return this.kernel.dispose();
  }

  /** Runs a cell to its end, whatever that is. */
  run(code: string): Promise<Execution> {
    return this.client.execute(code, { timeout: 60_000, allow_stdin: false });
  }

  /** Runs a cell that must succeed. */
  async runs(code: string): Promise<Execution> {
    const cell = await this.run(code);
    if (cell.reply.content.status !== 'ok')
      throw new Error(`${code}\n${plain(cell.reply.content.traceback)}`);
    return cell;
  }

  /** What a cell shows as its result. */
  async shows(code: string): Promise<string | undefined> {
    return (await this.runs(code)).result;
  }

  /** What a cell prints. */
  async prints(code: string): Promise<string> {
    return (await this.runs(code)).stdout;
  }

  /** The traceback of a cell that must fail, without colours. */
  async fails(code: string): Promise<string> {
    const cell = await this.run(code);
    if (cell.reply.content.status === 'ok') throw new Error(`${code}\ndid not fail`);
    return plain(cell.reply.content.traceback);
  }

  /** What a cell displays, by kind. */
  async displays(code: string): Promise<Content> {
    const { outputs } = await this.runs(code);
    const [shown] = outputs.filter(({ header }: Message) => header.msg_type === 'display_data');
    return shown?.content.data as Content;
  }

  /** Writes a file beside the notebook. */
  write(name: string, text: string): void {
    const path = join(this.directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** A directory of its own, far from any package.json. */
export function makeDirectory(files: { readonly [name: string]: string } = {}): Directory {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'tskernel-notebook-')));
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** A new directory with installed packages: their files by name. */
export const makePackages = (packages: {
  readonly [name: string]: { readonly [file: string]: string };
}): Directory =>
  makeDirectory(
    Object.fromEntries(
      Object.entries(packages).flatMap(([name, files]) =>
        Object.entries(files).map(([file, text]) => [`node_modules/${name}/${file}`, text]),
      ),
    ),
  );

function plain(traceback: unknown): string {
  return (traceback as string[]).join('\n').replace(/\u001b\[[0-9;]*m/g, '');
}
