// The language server as the kernel's language thread loads it, and that of editors: for each client a server.
import { PortMessageWriter } from 'vscode-jsonrpc/node';
import type { AttachedClient } from '../language/editors';
import { Attention, AttentiveReader } from './attention';
import { serve } from './server';

export { Attention, AttentiveReader, serve };

/** Serves a front end of the kernel until it takes its leave, or is gone. */
export function attach({ port, arrived, notebook, isCellWaiting, ...shared }: AttachedClient): void {
  const attention = new Attention(arrived, isCellWaiting);
  const server = serve({
    ...shared,
    executed: notebook,
    reader: new AttentiveReader(port, attention),
    writer: new PortMessageWriter(port),
    attention,
    exit: () => port.close(),
  });
  port.on('close', () => server.close());
}
