// A kernel without sockets, for tests that read as dialogues: `say` hands it a message, `heard` is all that it answered.
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { Broadcaster, Inlet, Outlet } from '../../../kernel/channels';
import { History } from '../../../kernel/history';
import { Server } from '../../../kernel/server';
import { createCodec, type Frame } from '../../../kernel/wire';
import { type Content, decode, encode } from '../../messages';
import { FakeEngine } from './fake-engine';
import './logged';

export interface Heard {
  readonly channel: 'shell' | 'control' | 'stdin' | 'iopub';
  readonly type: string;
  /** The name that the test gave to the message that caused it. */
  readonly about: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into contents of every kind
  readonly content: any;
  readonly metadata: Content;
  readonly buffers: readonly string[];
  readonly id: string;
  readonly to: string | undefined;
}

export interface SayOptions {
  /** Becomes the msg_id. */
  readonly name?: string;
  readonly client?: string;
  readonly metadata?: Content;
  readonly parent?: Content;
  readonly buffers?: readonly string[];
  readonly header?: Content;
}

const folder = mkdtempSync(join(tmpdir(), 'tskernel-'));
// The history may be writing still.
afterAll(() => rm(folder, { recursive: true, maxRetries: 5 }));

export class Dialogue {
  readonly heard: Heard[] = [];
  readonly engine = new FakeEngine();
  readonly server: Server;
  left = 0;
  /** Messages to shell that are under way when a cell fails. */
  readonly underWay: (() => void)[] = [];
  #said = 0;

  constructor() {
    this.server = new Server({
      codec: createCodec('', 'sha256', 'kernel-session'),
      channels: {
        shell: this.#inlet('shell'),
        control: this.#inlet('control'),
        stdin: this.#inlet('stdin'),
        iopub: this.#broadcaster(),
      },
      ports: { shell: 1, iopub: 2, stdin: 3, control: 4, hb: 5 },
      history: new History(folder),
      engine: this.engine,
      leave: () => {
        this.left += 1;
      },
    });
  }

  /** @returns the name of the message. */
  say(
    channel: 'shell' | 'control' | 'stdin',
    type: string,
    content: unknown = {},
    options: SayOptions = {},
  ): string {
    this.#said += 1;
    const name = options.name ?? `${type} ${this.#said}`;
    const header = { msg_id: name, session: 'client-session', msg_type: type, ...options.header };
    const { client = 'client', parent, metadata, buffers } = options;
    this.server[channel]([
      Buffer.from(client),
      ...encode('', { header, parent, metadata, content }, buffers),
    ]);
    return name;
  }

  execute(code: string, content: Content = {}, options: SayOptions = {}): string {
    return this.say('shell', 'execute_request', { code, ...content }, { name: code, ...options });
  }

  /** Resolves when the kernel has announced idle for the message. */
  async idle(about: string): Promise<void> {
    await this.until(() => this.about(about).some(({ content }) => content.execution_state === 'idle'));
  }

  async until(condition: () => boolean): Promise<void> {
    const deadline = performance.now() + 4000;
    while (!condition()) {
      if (performance.now() > deadline)
        throw new Error(`it did not happen; heard: ${this.types().join(', ')}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** What was heard about a message. */
  about(name: string): Heard[] {
    return this.heard.filter(({ about }) => about === name);
  }

  reply(name: string): Heard['content'] {
    return this.about(name).find(({ channel }) => channel !== 'iopub' && channel !== 'stdin')?.content;
  }

  /** Message types in the order in which they were heard; for status messages the state. */
  types(name?: string): string[] {
    const messages = name === undefined ? this.heard : this.about(name);
    return messages.map(({ type, content }) => (type === 'status' ? content.execution_state : type));
  }

  #broadcaster(): Broadcaster {
    const { send } = this.#outlet('iopub');
    return { send, hold: send, release: () => undefined, takeRead: async () => 0 };
  }

  #outlet(channel: Heard['channel']): Outlet {
    return {
      send: (frames) => this.heard.push(read(channel, typeof frames === 'function' ? frames() : frames)),
    };
  }

  #inlet(channel: Heard['channel']): Inlet {
    return {
      ...this.#outlet(channel),
      drained: () => new Promise((resolve) => setImmediate(resolve)),
      settled: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        for (const arrive of this.underWay.splice(0)) arrive();
      },
    };
  }
}

function read(channel: Heard['channel'], frames: readonly Frame[]): Heard {
  const { identities, header, parent, metadata, content, buffers } = decode<Header>('', frames);
  return {
    channel,
    type: header.msg_type,
    about: parent.msg_id,
    content,
    metadata,
    buffers: buffers.map(String),
    id: header.msg_id,
    to: channel === 'iopub' ? undefined : identities[0]?.toString(),
  };
}

interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
}
