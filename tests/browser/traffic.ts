// What a page and its kernels say to each other, message by message, as the browser sees it.
// Rule: it only listens.
import type { Page, WebSocket } from 'playwright-core';

export interface Message {
  readonly kind: string;
  readonly id: string;
  /** Of the message that it answers. */
  readonly parent: string | undefined;
  readonly content: { readonly [key: string]: unknown };
}

/** From before the page is loaded on. `sent` and `heard` are told of each message. */
export function listen(
  page: Page,
  sent: (message: Message) => void,
  heard: (message: Message) => void,
): void {
  const tell = (listener: (message: Message) => void) => (frame: { payload: string | Buffer }) => {
    const message = read(frame.payload);
    if (message) listener(message);
  };
  page.on('websocket', (socket: WebSocket) => {
    if (!socket.url().includes('/channels')) return;
    socket.on('framesent', tell(sent));
    socket.on('framereceived', tell(heard));
  });
}

/** The parts of a frame (`v1.kernel.websocket.jupyter.org`): the number of offsets, the offsets, and what lies between them. */
function read(payload: string | Buffer): Message | undefined {
  if (typeof payload === 'string') return undefined;
  const part = (at: number) => {
    const [from, to] = [at, at + 1].map((each) => Number(payload.readBigUInt64LE(8 * (each + 1))));
    return JSON.parse(payload.toString('utf8', from, to));
  };
  // The first part is the name of the channel.
  const [header, parent, , content] = [1, 2, 3, 4].map(part);
  return { kind: header.msg_type, id: header.msg_id, parent: parent?.msg_id, content };
}
