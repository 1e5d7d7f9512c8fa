// The editor of tests/unit/lsp at the other end of a comm to a kernel that was built, on the control channel.
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Message,
} from 'vscode-languageserver-protocol/node';
import { Editor } from '../unit/lsp/editor';
import type { Client } from './client';
import { type KernelProcess, startKernel } from './launch';

/** A comm to a kernel, which starts with the first message. */
class Comm {
  readonly #id = randomUUID();
  readonly #directory: string;
  #kernel: KernelProcess | undefined;
  #client: Promise<Client> | undefined;
  listener: DataCallback = () => undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async send(data: object): Promise<void> {
    this.#client ??= this.#open();
    (await this.#client).send('control', 'comm_msg', { comm_id: this.#id, data: { ...data } });
  }

  async end(): Promise<void> {
    await this.#client;
    await this.#kernel?.dispose();
  }

  async #open(): Promise<Client> {
    this.#kernel = await startKernel({ cwd: this.#directory });
    const client = await (await this.#kernel.connect()).welcomed();
    client.onMessage = ({ header, content }) => {
      if (header.msg_type === 'comm_msg' && content.comm_id === this.#id) this.listener(content.data);
    };
    client.send('control', 'comm_open', { comm_id: this.#id, target_name: 'tskernel.lsp', data: {} });
    return client;
  }
}

class CommReader extends AbstractMessageReader {
  readonly #comm: Comm;

  constructor(comm: Comm) {
    super();
    this.#comm = comm;
  }

  listen(callback: DataCallback) {
    this.#comm.listener = callback;
    return { dispose() {} };
  }
}

class CommWriter extends AbstractMessageWriter {
  readonly #comm: Comm;

  constructor(comm: Comm) {
    super();
    this.#comm = comm;
  }

  write(data: Message): Promise<void> {
    return this.#comm.send(data);
  }

  end(): void {}
}

/** @param directory where the kernel lives, and the notebook with it */
export function startEditor(directory = mkdtempSync(join(tmpdir(), 'lsp-'))): Editor & {
  end(): Promise<void>;
} {
  const comm = new Comm(directory);
  const editor = new Editor(new CommReader(comm), new CommWriter(comm), directory);
  return Object.assign(editor, {
    async end() {
      editor.connection.dispose();
      await comm.end();
    },
  });
}
