// The language server as the kernel's language thread loads it, and that of editors: for each client a server.
import { PortMessageWriter } from 'vscode-jsonrpc/node';
import type { AttachedClient, ServerScript } from '../language/editors';
import { Attention, AttentiveReader } from './attention';
import { usualPatience } from './presence';
import { type ClientServer, serve } from './server';

export { Attention, AttentiveReader, serve };

const servers = new Set<ClientServer>();

export function packagesChanged(): void {
  for (const server of servers) server.packagesChanged();
}

export const isTold: ServerScript['isTold'] = (cell) => {
  const answers = [...servers].flatMap((server) => server.isTold(cell) ?? []);
  return answers.length === 0 ? undefined : (finding) => answers.some((isTold) => isTold(finding));
};

/** Serves a front end of the kernel until it takes its leave, or is gone. */
export function attach({ port, arrived, notebook, isCellWaiting, isAsked, ...shared }: AttachedClient): void {
  const attention = new Attention(arrived, {
    request: isCellWaiting,
    background: () => isCellWaiting() || isAsked(),
  });
  const server = serve({
    ...shared,
    executed: notebook,
    reader: new AttentiveReader(port, attention),
    writer: new PortMessageWriter(port),
    attention,
    presence: usualPatience,
    exit: () => port.close(),
  });
  port.on('close', () => {
    servers.delete(server);
    server.close();
  });
  // A page that was loaded anew has left one behind.
  for (const other of servers) other.checkPresence();
  servers.add(server);
}
