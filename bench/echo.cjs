// The floor: the least that a kernel on Node can be. It answers every request with the same words after one hop to a
// worker and back; it compiles nothing, runs nothing, and checks nothing but the signature.
const { createHmac } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { Worker, isMainThread, parentPort } = require('node:worker_threads');

if (isMainThread) main();
else parentPort.on('message', (message) => parentPort.postMessage(message));

async function main() {
  const worker = new Worker(__filename);
  const { Publisher, Reply, Router } = require('zeromq');
  const connection = JSON.parse(readFileSync(process.argv[2], 'utf8'));
  const address = (channel) => `tcp://${connection.ip}:${connection[`${channel}_port`]}`;
  const sockets = {
    shell: new Router(),
    control: new Router(),
    stdin: new Router(),
    iopub: new Publisher(),
    hb: new Reply(),
  };
  await Promise.all(Object.entries(sockets).map(([channel, socket]) => socket.bind(address(channel))));

  const session = `floor-${process.pid}`;
  let count = 0;
  let last = Promise.resolve();
  const send = (socket, identities, type, content, parent) => {
    const date = new Date().toISOString();
    const header = {
      msg_id: `${session}-${++count}`,
      session,
      username: 'floor',
      date,
      msg_type: type,
      version: '5.3',
    };
    const parts = [JSON.stringify(header), parent, '{}', JSON.stringify(content)];
    const hmac = createHmac('sha256', connection.key);
    for (const part of parts) hmac.update(part);
    const frames = [...identities, '<IDS|MSG>', hmac.digest('hex'), ...parts];
    last = last.then(() => socket.send(frames));
    return last;
  };

  const waiting = [];
  worker.on('message', () => {
    const { socket, identities, header, parent } = waiting.shift();
    const reply = header.msg_type.replace('_request', '_reply');
    const content = {
      status: 'ok',
      execution_count: 1,
      protocol_version: '5.3',
      implementation: 'floor',
      matches: [],
    };
    send(socket, identities, reply, content, parent);
    send(sockets.iopub, ['status'], 'status', { execution_state: 'idle' }, parent);
    if (header.msg_type === 'shutdown_request') last.then(() => process.exit(0));
  });
  for (const channel of ['shell', 'control']) {
    (async () => {
      for await (const frames of sockets[channel]) {
        const start = frames.findIndex((frame) => frame.toString() === '<IDS|MSG>');
        const [signature, ...parts] = frames.slice(start + 1, start + 6);
        const hmac = createHmac('sha256', connection.key);
        for (const part of parts) hmac.update(part);
        if (hmac.digest('hex') !== signature.toString()) continue;
        const parent = parts[0].toString();
        send(sockets.iopub, ['status'], 'status', { execution_state: 'busy' }, parent);
        waiting.push({
          socket: sockets[channel],
          identities: frames.slice(0, start),
          header: JSON.parse(parent),
          parent,
        });
        worker.postMessage(JSON.parse(parts[3].toString()));
      }
    })();
  }
  for await (const frames of sockets.hb) await sockets.hb.send(frames);
}
