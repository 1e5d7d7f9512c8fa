// The execution worker: the user's realm and event loop. Receives compiled cells, sends outputs and ends.
// Rule: everything that leaves here goes over the one port, and says up to which ring position text goes before it.

import { parentPort, workerData } from 'node:worker_threads';
import type { CellId, HistoryEntry } from '../api';
import { createComms } from '../comms/comms';
import { createDisplay, type DisplaySink } from '../display/api';
import { showColours } from '../display/colours';
import { createConsole } from '../display/console';
import { withIntrinsics } from '../realm/intrinsics';
import { transform } from '../realm/lists';
import { createStandIns } from '../standins';
import { isConfined } from '../system/permissions';
import { keptProject } from '../system/project';
import { build, recogniseOwnFiles } from '../system/scripts';
import {
  blockingQuestion,
  type ExecutionEvent,
  type ExecutionQuestions,
  type ExecutionRequest,
  type ExecutionWorkerData,
  type PerformedCall,
} from '../threads/execution-protocol';
import { answerTo, type Ready, type Reply } from '../threads/requests';
import { RingWriter } from '../threads/ring';
import { SharedState, Signal } from '../threads/shared';
import { createWidgets } from '../widgets';
import { createGrid } from '../widgets/grid';
import { ActiveRuns } from './active-runs';
import type { BackgroundRun } from './background';
import { latestCalledBack } from './callbacks';
import { createContext } from './context';
import { Debugged } from './debugged';
import { bytesOf } from './encoding';
import { explainDenial } from './errors/denial';
import { ErrorFormatter } from './errors/errors';
import { interruptAt } from './errors/interrupted';
import { Labels } from './errors/labels';
import { installStackTraces } from './errors/stacks';
import { ProcessExit } from './errors/stops';
import { hideMarks } from './hidden-keys';
import { Interrupts } from './interrupts';
import { keepFromCells } from './listeners';
import { CustomMagics } from './magics/custom';
import { readSettingDotenv } from './magics/environment';
import type { MagicHost, OtherCell } from './magics/host';
import { closeInspector } from './magics/inspect';
import { installPackages } from './magics/npm';
import { marks } from './marks';
import { listMembers, previewValue, trustGlobalGetters } from './members';
import { Modules } from './modules';
import { Namespace, offerStandIns } from './namespace';
import { after, Delivery, type Origin, outputCellOf } from './origin';
import { createOutlet } from './outlet';
import { keepAddonsLoaded } from './process/addons';
import { installProcessCalls } from './process/calls';
import { installChildren } from './process/children';
import { installDescriptors } from './process/descriptors';
import { defineGlobals, hideWorker, withholdInspector } from './process/globals';
import { installGuards } from './process/guards';
import { Blocker, createInput, holdsAll, nobodyAnswers, OpenQuestions } from './process/input';
import { createSleep } from './process/sleep';
import { Stdins } from './process/stdins';
import { installStreams } from './process/streams';
import { becomeTerminal, becomeTerminalForTty } from './process/terminal';
import { installWorkers } from './process/workers';
import { Rehearsals } from './rehearsals';
import { Results } from './results';
import { Runner } from './runner';
import { describeNow, Observer } from './values/observer';

const port = parentPort!;
keepFromCells(port);
const {
  directory,
  data,
  autoreload,
  installsPackages,
  dotenv,
  colours,
  linger,
  shared: sharedBuffer,
  ring: ringBuffer,
  replies,
} = workerData as ExecutionWorkerData;
const post = port.postMessage.bind(port) as (
  message: ExecutionEvent | Reply | Ready,
  moved?: readonly ArrayBuffer[],
) => void;
const answer = answerTo<ExecutionQuestions>();

const shared = new SharedState(sharedBuffer);
const context = createContext(shared);
const ring = new RingWriter(ringBuffer, () => post({ kind: 'bell' }));
const labels = new Labels(directory);
const modules: Modules = new Modules({
  directory,
  standIn: (specifier) => standIns.modules.get(specifier)?.(),
  get project() {
    return keptProject(data, directory);
  },
  install: (packages) => installPackages(packages, host, runs.signalOf(currentCell())),
  shelter: (work) => shared.shelter(work),
});
const stacks = installStackTraces(labels, recogniseOwnFiles());
const errors = new ErrorFormatter(labels, stacks, (error) => explainDenial(error) ?? modules.explain(error));
const blocker = new Blocker(shared, replies, () => {
  feltBy = currentCell();
});
/** The cell into which a wait of its own threw the latest interrupt that was felt. */
let feltBy: CellId | undefined;
const questions = new OpenQuestions();
const runs = new ActiveRuns();

/** The cell of code that nothing else tells about: the one that runs, or else the last. */
let latestCell = 0;
const originOf = (origin: Origin | undefined): Origin => origin ?? { cell: latestCell };
const cellOfScript = (file: string) => labels.findId(file);
/** Whose the calling code is: the doing of a cell, or a function of a later one that was called back. */
function currentCell(): CellId {
  const origin = originOf(context.current());
  const cell = outputCellOf(origin);
  // What a listener of the page does is its own cell's, whatever that calls.
  if (cell >= latestCell || origin.delivery) return cell;
  const called = latestCalledBack(stacks.sites(), cellOfScript);
  // biome-ignore lint/complexity/useMathMinMax: `Math` is the cells' too.
  return called > cell ? called : cell;
}

/** How long a run that was announced is waited for, in milliseconds. */
const announcedPause = 1;
/** Number of the latest interrupt that was dealt with. */
let answeredToken = 0;
/** Messages of the page that are being handled. */
const deliveries = new Set<Delivery>();

const { write, emit, endCell } = createOutlet({ ring, shared, post, currentCell });
const streamWrites = { stdout: process.stdout.write, stderr: process.stderr.write };
/** As in Node, the console goes through `process.stdout.write`, which cells may replace. */
const writeConsole = (stream: 'stdout' | 'stderr', text: string) => {
  if (process[stream].write === streamWrites[stream]) write(stream, text);
  else process[stream].write(text);
};

installStreams(write, (work) => context.enter({ cell: latestCell }, work));
becomeTerminal();
installDescriptors(write);
installChildren(shared, write, {
  follow: (stdout, stderr) =>
    post({ kind: 'follow', cell: currentCell(), stdout, stderr, position: ring.mark() }),
  unfollow: () => post({ kind: 'unfollow', position: ring.mark() }),
  checkInterrupt: () => blocker.checkInterrupt(),
});
const { emitExit } = installGuards({
  takeFailure: (promise, error) => runner.takeFailure(promise, error),
  report(error, promise) {
    if (runner.failBy(promise, error)) return;
    const { cell } = originOf(context.thrower(promise));
    // A cell that only waits for such callbacks after its end has its outcome.
    const run = error instanceof ProcessExit && !runs.isLingering(cell) ? runs.find(cell) : undefined;
    if (run) return interrupts.stop(run, error as ProcessExit);
    const traceback = withIntrinsics(() => errors.format(error).traceback.join('\n'));
    const where =
      promise === undefined ? "outside of the cell's own run" : 'in a promise that nothing awaits';
    ring.write(
      outputCellOf(originOf(context.thrower(promise))),
      'stderr',
      `Uncaught, ${where}:\n${traceback}\n`,
    );
  },
});
installProcessCalls((call, given) => {
  const performed = blocker.ask(() => post({ kind: 'perform', call, given }));
  return JSON.parse(performed!) as PerformedCall;
});

modules.autoreload = autoreload;
modules.installsPackages = installsPackages;
if (dotenv) readSettingDotenv(directory, dotenv);

const results = new Results();
const namespace = new Namespace(() => context.current()?.cell);

const custom = new CustomMagics((magics) => post({ kind: 'magics', magics }));

const host: MagicHost = {
  custom,
  directory,
  modules,
  write,
  display: (data) => emit({ kind: 'display', data, metadata: {} }),
  addPayload: (payload) => runs.addPayload(currentCell(), payload),
  isKernelFile: stacks.isKernelFile,
  findPlace(file, line, column) {
    const cell = labels.findByName(file);
    if (!cell) return undefined;
    const { label } = cell;
    const found = labels.find(file, line, column);
    const place = found ? `${label}:${found.line}:${found.column}` : label;
    return { label, isTop: !found || line < 1, place };
  },
  history(query) {
    const entries = blocker.ask(() => post({ kind: 'history', query }));
    return JSON.parse(entries!) as readonly HistoryEntry[];
  },
  typeOf(name, as) {
    const shape = describeNow(name);
    if (!shape) return undefined;
    const text = blocker.ask(() => post({ kind: 'typeOf', question: { name, as, shape } }));
    return (JSON.parse(text!) as string | null) ?? undefined;
  },
  endProgram: (id) => post({ kind: 'endProgram', id }),
  forgetNames() {
    results.clear();
    namespace.forget();
    post({ kind: 'forgotten' });
  },
  packagesChanged: () => post({ kind: 'packages' }),
  listOthers: () => runs.listOthers(currentCell()).map(asOther),
  takeEnded: () => runner.takeEnded().map(asOther),
  stopCell: (cell) => interrupts.stopCell(cell),
};

function asOther({ run, state, time }: BackgroundRun): OtherCell {
  const { cell, number, source } = run;
  const asks = state === 'running' && questions.areAskedBy(cell);
  return { cell, number, source, time, state: asks ? 'asks' : state };
}

const runner = new Runner({
  context,
  runs,
  labels,
  modules,
  namespace,
  errors,
  host,
  results,
  linger,
  isCutOff: () => shared.token > answeredToken && shared.wasCutOff(shared.token),
  left({ id }, payloads) {
    post({ kind: 'left', run: id, payloads, position: ring.mark() });
    observer.resume();
  },
  done({ id, cell }, outcome, bound) {
    withIntrinsics(() => {
      tidyUp(cell);
      const moved = 'result' in outcome && outcome.result ? bytesOf(outcome.result) : [];
      post({ kind: 'done', run: id, outcome, bound, position: ring.mark() }, moved);
      observer.resume();
    });
  },
});

const observer = new Observer(() => runs.inFront.length > 0);

/** A cell has ended. */
function tidyUp(cell: CellId): void {
  questions.abandon(cell);
  stdins.release(cell);
  endCell(cell);
}

const rehearsals = new Rehearsals({
  context,
  labels: new Labels(directory),
  modules,
  errors,
  host,
  results,
  ended: (cell) => withIntrinsics(() => tidyUp(cell)),
});

/** Whether a cell's values are shown in colours. @param isWatched whether somebody can answer */
function wantsColours(isWatched: boolean): boolean {
  if (colours !== 'auto') return colours === 'on';
  const { NO_COLOR = '', FORCE_COLOR } = process.env;
  return isWatched && NO_COLOR === '' && FORCE_COLOR !== '0';
}

const { readLine, ...input } = createInput(
  {
    ask({ prompt, password, id, cell }) {
      if (!runs.find(cell)?.allowInput) throw new Error(nobodyAnswers);
      if (id === blockingQuestion && runs.hasLeft(cell)) throw new Error(holdsAll);
      post({ kind: 'ask', cell, id, prompt, password, position: ring.mark() });
    },
  },
  blocker,
  questions,
  currentCell,
);

const stdins = new Stdins({
  currentCell,
  find: (cell) => runs.find(cell),
  isLingering: (cell) => runs.isLingering(cell),
  fail: (run, error) => runner.fail(run, error),
  readLine,
});
Object.defineProperty(process, 'stdin', { get: () => stdins.open(), configurable: true, enumerable: true });

const sink: DisplaySink = {
  emit,
  addPayload: (payload) => runs.addPayload(currentCell(), payload),
  track: (display) => runs.track(currentCell(), display),
  cell: currentCell,
  capture(work) {
    const origin = originOf(context.current());
    const { delivery, cell } = origin;
    if (!delivery?.isOpen) return work(labels.findById(cell)?.name);
    const release = delivery.hold();
    return context.enter({ ...origin, isCaptured: true }, () => after(() => work(delivery.name), release));
  },
  carry(work) {
    const { cell } = originOf(context.current());
    return (...rest) => {
      const delivery = context.current()?.delivery;
      const listen = () => work(...rest);
      context.enter({ cell, delivery }, () =>
        delivery?.isOpen ? void after(listen, delivery.awaitListener()) : void listen(),
      );
    };
  },
};
const comms = createComms(emit, sink.carry);
const console = createConsole(
  writeConsole,
  (rendering) => emit({ kind: 'display', ...rendering }),
  () => originOf(context.current()).cell,
);
const { sleep, interrupt: wakeSleepers } = createSleep(blocker, currentCell);
const widgets = createWidgets(comms, sink);
const displays = createDisplay(sink, (frame) => createGrid(widgets.widget, frame));
const standIns = createStandIns({ ...displays, input: input.input, sink });
offerStandIns(standIns.names);
const debugged = {
  __tsk_debugged: new Debugged({ modules, namespace, shared, currentCell: () => context.current()?.cell }),
};
defineGlobals({
  ...displays,
  ...widgets,
  ...input,
  ...custom.globals,
  comms,
  console,
  module: modules.main,
  require: modules.require,
  sleep,
  ...marks,
  ...debugged,
});
hideWorker();
keepAddonsLoaded();
if (!isConfined) installWorkers(directory, () => keptProject(data, directory));
hideMarks();
if (isConfined) withholdInspector();
trustGlobalGetters();

const interrupts = new Interrupts({
  runs,
  runner,
  wakeSleepers,
  cellOfScript,
  feltBy: () => feltBy,
  errorAt: (places, what) => interruptAt(places, labels, stacks.isKernelFile, what),
});

function beInterrupted(request: Extract<ExecutionRequest, { readonly kind: 'interrupt' }>): void {
  const { token, isForced, places } = request;
  if (isForced) shared.endShelter();
  // A wait of the cell's own may have thrown this interrupt already; one interrupt is felt once, unless it cut the code off.
  shared.clear(Signal.interrupt);
  withIntrinsics(() => modules.forgetUnfinished(isForced));
  const isFelt = !isForced && shared.hasFelt(token);
  const ended = interrupts.find({ token, isFelt, isForced, places });
  if (isFelt && ended.runs.length === 0) return;
  // Listeners that were cut off never end.
  withIntrinsics(() => {
    for (const delivery of deliveries) delivery.close();
  });
  // Last: a termination that strikes here leaves all of it to the next question.
  interrupts.end(ended, places);
}

/** Answered when the listeners that hear it are done. */
function deliver(request: Extract<ExecutionRequest, { readonly kind: 'deliver' }>): void {
  const { cell, name, message } = request;
  const delivery = new Delivery(cell, name, () => {
    deliveries.delete(delivery);
    post(answer(request, undefined));
  });
  deliveries.add(delivery);
  try {
    context.enter({ cell, delivery }, () => comms.receive(message));
  } finally {
    delivery.received();
  }
}

port.on('message', (request: ExecutionRequest) => {
  context.reset();
  switch (request.kind) {
    case 'run':
      latestCell = request.run.cell;
      stacks.keep();
      showColours(wantsColours(request.run.allowInput));
      return runner.start(request.run);
    case 'announce':
      if (request.rehearses && shared.hasGoneOn(request.number)) {
        stacks.keep();
        rehearsals.run(request.number);
      }
      return shared.awaitGiven(request.number, announcedPause);
    case 'interrupt':
      // What says where it was cut off follows.
      if (!request.isForced && shared.wasCutOff(request.token)) return;
      // What code has made of Error.prepareStackTrace may be what never ends.
      stacks.read(() => beInterrupted(request));
      answeredToken = request.token;
      return post({
        kind: 'interrupted',
        token: request.token,
        runs: transform(runs.all, ({ id }) => id),
      });
    case 'stop':
      return interrupts.stopCell(request.cell);
    case 'answer':
      return questions.answer(request.id, request.line);
    case 'members':
      return post(
        answer(
          request,
          withIntrinsics(() => listMembers(request.path, request.prefix)),
        ),
      );
    case 'preview':
      return post(
        answer(
          request,
          withIntrinsics(() => previewValue(request.path)),
        ),
      );
    case 'observe':
      return observer.observe(request.names, (shapes) => post(answer(request, shapes)));
    case 'deliver':
      return deliver(request);
    case 'exit':
      context.enter({ cell: latestCell }, emitExit);
      // Before the answer, for the thread is ended with that.
      closeInspector();
      return post(answer(request, undefined));
    default:
      request satisfies never;
  }
});
post({ kind: 'ready', build });
becomeTerminalForTty();
