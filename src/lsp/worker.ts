// The thread of the language server: loads TypeScript, then all that needs it.
import { parentPort, workerData } from 'node:worker_threads';
import { PortMessageWriter } from 'vscode-jsonrpc/node';
import { loadTypeScript } from '../language/types/typescript';
import { cacheDirectories } from '../system/scripts';
import { Attention, AttentiveReader } from './attention';
import type { ThreadData } from './thread';

async function start({ directory, typescript, cache, data, version, arrived }: ThreadData): Promise<void> {
  loadTypeScript({ directory, choice: typescript, cacheDirectories: cacheDirectories(cache) });
  // Imported only now: its files must get the TypeScript that was just loaded.
  const { serve } = await import('./server');
  const port = parentPort!;
  const attention = new Attention(arrived);
  const reader = new AttentiveReader(port, attention);
  const exit = (code: number) => process.exit(code);
  serve({ reader, writer: new PortMessageWriter(port), attention, version, data, exit });
}

void start(workerData as ThreadData);
