// Front ends of the language server: what passes through the main thread, and what becomes of them when the worker dies.
import './no-signals';

import type { MessagePort } from 'node:worker_threads';
import { afterEach, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/api';
import { Editors } from '../../../src/host/editors';

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

/** With a worker that answers each request with its method, and asks for a live value when it is asked to `look`. */
function start(hasWorker = true) {
  const heard: object[] = [];
  let told = 0;
  const editors = new Editors({
    attach: ({ port }) => {
      ports.push(port);
      port.on('message', (message) => {
        heard.push(message);
        const { id, method } = message;
        if (method === 'look') port.postMessage({ id: 7, method: 'tskernel/value', params: { path: ['a'] } });
        else if (method !== undefined) port.postMessage({ id, result: method });
      });
      return hasWorker;
    },
    tell: () => void told++,
    used: () => undefined,
    values: {
      value: async ({ path }) => `the value of ${path.join('.')}`,
      members: async () => [],
    },
  });
  return { editors, heard, told: () => told };
}

function open(editors: Editors) {
  const sent: JsonObject[] = [];
  let isClosed = false;
  const connection = editors.attach('1', {
    send: (message) => void sent.push(message),
    closed: () => {
      isClosed = true;
    },
  });
  return { connection, sent, isClosed: () => isClosed };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('messages pass both ways, after what there is to tell of the cells', async () => {
  const { editors, told } = start();
  const { connection, sent } = open(editors);
  connection.receive({ id: 1, method: 'hello' });
  await until(() => sent.length > 0);
  expect(sent).toEqual([{ id: 1, result: 'hello' }]);
  expect(told()).toBe(1);
});

test('what a server asks about values is answered here, and no front end sees it', async () => {
  const { editors, heard } = start();
  const { connection, sent } = open(editors);
  connection.receive({ id: 1, method: 'look' });
  await until(() => heard.length > 1);
  expect(heard[1]).toEqual({ jsonrpc: '2.0', id: 7, result: 'the value of a' });
  expect(sent).toEqual([]);
});

test('a front end is told when its server ends, and not when it left itself', async () => {
  const { editors } = start();
  const [one, two] = [open(editors), open(editors)];
  two.connection.close();
  ports[0]!.close();
  await until(one.isClosed);
  expect(two.isClosed()).toBe(false);
});

test('all are told when the worker dies; after three deaths nobody is let in for a while', async () => {
  const { editors } = start();
  for (let deaths = 0; deaths < 3; deaths++) {
    const front = open(editors);
    editors.drop();
    await until(front.isClosed);
  }
  const late = open(editors);
  await until(late.isClosed);
});

test('without anybody attached the deaths of the worker do not count', async () => {
  const { editors } = start();
  for (let deaths = 0; deaths < 5; deaths++) editors.drop();
  const { connection, sent } = open(editors);
  connection.receive({ id: 1, method: 'hello' });
  await until(() => sent.length > 0);
});

test('where there is no worker a front end is told so', async () => {
  const front = open(start(false).editors);
  await until(front.isClosed);
});

test('whose server has left with a worker that rests hears so with its next message, or when the worker is back', async () => {
  const { editors, heard, told } = start();
  const [typing, watching, leaving] = [open(editors), open(editors), open(editors)];
  editors.rest();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([typing, watching, leaving].map(({ isClosed }) => isClosed())).toEqual([false, false, false]);
  leaving.connection.close();
  typing.connection.receive({ id: 1, method: 'hello' });
  expect([typing, watching, leaving].map(({ isClosed }) => isClosed())).toEqual([true, true, false]);
  // Nobody is there to take it: who types opens its documents anew.
  expect([heard, told()]).toEqual([[], 0]);
  const again = open(editors);
  again.connection.receive({ id: 1, method: 'hello' });
  await until(() => again.sent.length > 0);
  expect(again.isClosed()).toBe(false);
});
