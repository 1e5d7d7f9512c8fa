// `tskernel lsp --stdio`: the language server for an editor that speaks over stdin and stdout. This thread reads and writes only, so
// that it sees a cancellation while the other one computes.
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  PortMessageReader,
  PortMessageWriter,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { readSettings } from '../host/settings';
import { announce, sharedCounts } from '../threads/arrivals';
import type { ThreadData } from './thread';

/** Serves until the editor takes its leave, or is gone. @param version what the server says that it is */
export function serveStdio(version: string): void {
  const { settings } = readSettings();
  const { typescript, cache, data } = settings;
  const arrived = sharedCounts();
  const workerData: ThreadData = { directory: process.cwd(), typescript, cache, data, version, arrived };
  const worker = new Worker(join(__dirname, 'lsp-worker.cjs'), {
    workerData,
    stdout: true,
    // Deep chains of types need more than the 4 MB that threads have otherwise.
    resourceLimits: { maxYoungGenerationSizeMb: 16, stackSizeMb: 16 },
  });
  const reader = new StreamMessageReader(process.stdin);
  const writer = new StreamMessageWriter(process.stdout);
  const toWorker = new PortMessageWriter(worker);
  new PortMessageReader(worker).listen((message) => void writer.write(message));
  // What code prints belongs to no message.
  worker.stdout.pipe(process.stderr);
  worker.on('error', (error) => {
    console.error(error);
    process.exit(1);
  });
  worker.on('exit', (code) => process.exit(code));
  reader.onClose(() => process.exit(1));
  reader.listen((message) => {
    announce(arrived, message);
    void toWorker.write(message);
  });
}
