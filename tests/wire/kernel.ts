// A kernel in this process: the real server on real sockets, with the fake engine behind it.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { channelNames, parseConnection } from '../../kernel/connection';
import { History } from '../../kernel/history';
import { Server } from '../../kernel/server';
import { bindSockets } from '../../kernel/sockets';
import { createCodec } from '../../kernel/wire';
import { FakeEngine } from '../unit/kernel/fake-engine';
import '../unit/kernel/logged';
import type { Content } from '../messages';
import { Client, type ConnectionFile } from './client';

export interface TestKernel {
  readonly connection: ConnectionFile;
  readonly engine: FakeEngine;
  readonly server: Server;
  /** Resolves when the kernel would end its process. */
  readonly left: Promise<void>;
  /** Connects a client that is closed with the kernel. */
  connect(session?: string): Promise<Client>;
  close(): Promise<void>;
}

/**
 * @param changes fields of the connection file; by default tcp on free ports with a random key.
 * @param backlog how much a subscriber may leave unread, in bytes
 */
export async function openKernel(changes: Content = {}, backlog?: number): Promise<TestKernel> {
  const folder = mkdtempSync(join(tmpdir(), 'tskernel-'));
  const ports = Object.fromEntries(channelNames.map((channel) => [`${channel}_port`, 0]));
  const file = {
    transport: 'tcp',
    ip: '127.0.0.1',
    ...ports,
    key: randomUUID(),
    signature_scheme: 'hmac-sha256',
    ...changes,
  };
  const connection = parseConnection(JSON.stringify(file), 'the test');
  const sockets = await bindSockets(connection, backlog);
  const clients: Client[] = [];
  const engine = new FakeEngine();
  let leave = (): void => undefined;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const history = new History(join(folder, 'history'));
  const server = new Server({
    codec: createCodec(connection.key, connection.hash),
    channels: sockets,
    ports: sockets.ports,
    history,
    engine,
    leave,
  });
  sockets.listen(server);
  const bound = Object.fromEntries(
    channelNames.map((channel) => [`${channel}_port`, sockets.ports[channel]]),
  );
  const usable = { ...file, ...bound } as unknown as ConnectionFile;
  return {
    connection: usable,
    engine,
    server,
    left,
    async connect(session) {
      const client = new Client(usable, session);
      clients.push(client);
      return client.welcomed();
    },
    async close() {
      for (const client of clients) client.close();
      await sockets.close();
      await history.flush();
      rmSync(folder, { recursive: true });
    },
  };
}
