// The server in this process, with an editor at the other end of a channel.
import { MessageChannel } from 'node:worker_threads';
import { PortMessageReader, PortMessageWriter } from 'vscode-languageserver-protocol/node';
import { Attention, AttentiveReader } from '../../../src/lsp/attention';
import { serve } from '../../../src/lsp/server';
import { announce, sharedCounts } from '../../../src/threads/arrivals';
import { Editor } from './editor';

/** @param directory where the notebook lives */
export function startEditor(directory?: string): Editor & { end(): Promise<void> } {
  const { port1, port2 } = new MessageChannel();
  const arrived = sharedCounts();
  const attention = new Attention(arrived);
  serve({
    reader: new AttentiveReader(port1, attention),
    writer: new PortMessageWriter(port1),
    attention,
    version: '0',
    data: '/nowhere',
    exit() {},
  });
  const writer = new PortMessageWriter(port2);
  const write = writer.write.bind(writer);
  writer.write = (message) => {
    announce(arrived, message);
    return write(message);
  };
  const editor = new Editor(new PortMessageReader(port2), writer, directory);
  return Object.assign(editor, {
    async end() {
      await editor.stop();
      port1.close();
      port2.close();
    },
  });
}
