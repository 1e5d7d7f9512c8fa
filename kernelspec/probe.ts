// A client of one question and one cell: proves that a kernel really answers. Runs in a process of its own, so that
// a native module that does not load, or a kernel that never answers, cannot take the doctor with it.
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import template from './kernel.json';

interface Connection {
  readonly ip: string;
  readonly key: string;
  readonly shell_port: number;
  readonly control_port: number;
  readonly curve_publickey?: string;
  readonly curve_secretkey?: string;
}

/**
 * Asks the kernel who it is and lets it compute 1 + 1, then shuts it down.
 * @param file connection file; the kernel writes its ports into it when it has bound them
 * @returns what the kernel calls itself
 */
export async function probe(file: string): Promise<string> {
  const { Dealer } = await import('zeromq');
  const connection = await readConnection(file);
  const { curve_publickey: publicKey, curve_secretkey: secretKey } = connection;
  const options = {
    linger: 500,
    // As clients of Jupyter do: one pair of keys for the kernel and all that talk to it.
    ...(publicKey && { curveServerKey: publicKey, curvePublicKey: publicKey, curveSecretKey: secretKey }),
  };
  const shell = new Dealer(options);
  shell.connect(`tcp://${connection.ip}:${connection.shell_port}`);
  const session = randomUUID();

  /** Sends one request and waits for its reply. */
  const ask = async (socket: InstanceType<typeof Dealer>, type: string, content: object): Promise<Reply> => {
    const header = {
      msg_id: randomUUID(),
      session,
      username: 'doctor',
      date: new Date().toISOString(),
      msg_type: type,
      version: template.kernel_protocol_version,
    };
    const frames = [header, {}, {}, content].map((part) => JSON.stringify(part));
    const signature = createHmac('sha256', connection.key).update(frames.join('')).digest('hex');
    await socket.send(['<IDS|MSG>', signature, ...frames]);
    for (;;) {
      const received = await socket.receive();
      const parent = JSON.parse(String(received.at(3))) as { msg_id?: string };
      if (parent.msg_id === header.msg_id) return JSON.parse(String(received.at(5))) as Reply;
    }
  };

  const info = await ask(shell, 'kernel_info_request', {});
  const cell = await ask(shell, 'execute_request', { code: '1 + 1', silent: false, store_history: false });
  if (cell.status !== 'ok') throw new Error(`1 + 1 gave ${cell.status}: ${cell.evalue}`);
  const control = new Dealer(options);
  control.connect(`tcp://${connection.ip}:${connection.control_port}`);
  await ask(control, 'shutdown_request', { restart: false });
  shell.close();
  control.close();
  return `${info.implementation} ${info.implementation_version}`;
}

interface Reply {
  readonly status: string;
  readonly evalue?: string;
  readonly implementation?: string;
  readonly implementation_version?: string;
}

async function readConnection(file: string): Promise<Connection> {
  for (;;) {
    try {
      const connection = JSON.parse(readFileSync(file, 'utf8')) as Connection;
      if (Number(connection.shell_port) > 0 && Number(connection.control_port) > 0) return connection;
    } catch {
      // Caught in the middle of being written.
    }
    await delay(20);
  }
}
