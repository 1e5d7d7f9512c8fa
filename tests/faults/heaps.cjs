// Preloaded into a kernel (`--require`). On SIGUSR2 it has all threads collect their garbage, and writes what is alive then to
// a file, since what a kernel prints goes to its cells:
// the one figure that says after seconds whether something is kept. What the process takes from the system says it after
// many minutes only, when no heap grows any more because V8 found that it may.
const { writeFileSync, renameSync } = require('node:fs');
const { Session } = require('node:inspector');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { isMainThread } = require('node:worker_threads');

if (isMainThread) process.on('SIGUSR2', tellHeaps);

async function tellHeaps() {
  const session = new Session();
  session.connect();
  const workers = [];
  const answers = [];
  session.on('NodeWorker.attachedToWorker', ({ params }) => workers.push(params));
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    const { id, result } = JSON.parse(params.message);
    answers[id]?.(result);
  });
  const tellMain = (method, params) =>
    new Promise((done) => session.post(method, params, (_, result) => done(result)));
  const tell = (sessionId) => (method) =>
    new Promise((done) => {
      const message = JSON.stringify({ id: answers.push(done) - 1, method });
      session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
    });
  await tellMain('NodeWorker.enable', { waitForDebuggerOnStart: false });
  const bytes = [];
  // In the order of their start: "[worker 2]" is the second one.
  const numberOf = ({ workerInfo }) => Number(/\d+/.exec(workerInfo.title));
  workers.sort((one, other) => numberOf(one) - numberOf(other));
  for (const thread of [tellMain, ...workers.map(({ sessionId }) => tell(sessionId))]) {
    await thread('HeapProfiler.collectGarbage');
    bytes.push((await thread('Runtime.getHeapUsage')).usedSize);
  }
  session.disconnect();
  const file = join(tmpdir(), `tskernel-heaps-${process.pid}`);
  writeFileSync(`${file}.new`, JSON.stringify(bytes));
  renameSync(`${file}.new`, file);
}
