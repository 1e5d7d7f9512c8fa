// The thread of the language server of editors: loads TypeScript, then the server, which needs it.
import { parentPort, workerData } from 'node:worker_threads';
import { PortMessageWriter } from 'vscode-jsonrpc/node';
import { loadTypeScript } from '../language/types/typescript';
import { cacheDirectories, loadOwnScript } from '../system/scripts';
import type { ThreadData } from './thread';

const { directory, typescript, cache, data, version, arrived } = workerData as ThreadData;
loadTypeScript({ directory, choice: typescript, cacheDirectories: cacheDirectories(cache) });
const { Attention, AttentiveReader, serve } = loadOwnScript('lsp-server.cjs', cache)
  .exports as typeof import('./attached');
const port = parentPort!;
const attention = new Attention(arrived);
serve({
  reader: new AttentiveReader(port, attention),
  writer: new PortMessageWriter(port),
  attention,
  version,
  data,
  exit: (code) => process.exit(code),
});
