// Whether the thread is paused, where, and how it goes on.
// Rule: a pause without a frame of the user's is none: the thread goes on, and nobody hears of it.
import type { Debugger, Runtime } from 'node:inspector';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Detour } from './detour';
import { headOf, thrownIn } from './exceptions';
import { framesOf, type SourceNames } from './frames';
import { Generators } from './generators';
import { Step, type StepKind } from './stepping';
import { type Evaluations, type Frame, type Target, threadEnded } from './target';

/**
 * V8 drops a pause that comes while only code of Node's and the kernel's runs: it is asked again, after a millisecond, then two,
 * four, and so on up to this.
 */
const longestPatience = 50;

/** Somebody wants the thread to stop wherever it is, and it has not yet. */
interface Wish {
  /** In milliseconds. */
  patience: number;
  /** When V8 is asked again. */
  timer?: NodeJS.Timeout;
}

export interface PausesOptions extends SourceNames {
  readonly target: Target;
  /** Whether a frame is in a file of the user's, perhaps in code that they did not write. */
  isFile(call: Debugger.CallFrame): boolean;
  /** A file waits for its breakpoints, which is no pause. @returns what resolves when it has them */
  hold(event: Debugger.PausedEventDataType): Promise<void> | undefined;
  /** Reads what it takes to tell the places of a pause. @returns nothing when all of it is there */
  load(event: Debugger.PausedEventDataType): Promise<unknown> | undefined;
  /** How V8 numbers the first line of a script. */
  firstLineOf(scriptId: string): number;
  /** What a value of the thread's is like, in a few words. */
  textOf(value: Runtime.RemoteObject): Promise<string>;
  /** Whether the thread stands in the middle of what it was asked over the inspector. @returns nothing when it was asked nothing */
  isInside(): Promise<boolean> | undefined;
  /** Whether code of cells runs, or is about to: what is at rest cannot be paused. */
  isBusy(): boolean;
  stopped(body: DebugProtocol.StoppedEvent['body']): void;
  continued(): void;
}

export interface Pause {
  readonly frames: readonly Frame[];
  readonly event: Debugger.PausedEventDataType;
}

/** More than a stack has. */
const mostFrames = 1_000_000;

export class Pauses {
  readonly #options: PausesOptions;
  #pause: Pause | undefined;
  #step: Step | undefined;
  #wish: Wish | undefined;
  /** V8 was asked to stop, perhaps more often than it has: it may do so once more as soon as the thread goes on. */
  #mayStopAgain = false;
  readonly #detour: Detour;
  readonly #generators: Generators;
  /** V8's word that the thread stands still, until that or this says that it goes on. */
  #standing: Debugger.PausedEventDataType | undefined;
  /** The thread is about to end, or is nobody's any more: it must not stop. */
  #isReleased = false;
  readonly #stopListening: readonly (() => void)[];

  constructor(options: PausesOptions) {
    this.#options = options;
    this.#detour = new Detour(options.target);
    this.#generators = new Generators(options.target, (scriptId) => options.firstLineOf(scriptId));
    this.#stopListening = [
      options.target.on('Debugger.paused', (event) => this.#paused(event)),
      options.target.on('Debugger.resumed', () => {
        this.#standing = undefined;
        this.#resumed();
      }),
    ];
  }

  /** Nothing is heard of the thread any more, and so it counts as going on. */
  close(): void {
    for (const stop of this.#stopListening) stop();
    this.#endWish();
    this.#resumed();
  }

  get current(): Pause | undefined {
    return this.#pause;
  }

  /** @throws Error when there is no such frame, or no pause */
  frame(id: number): Frame {
    const frame = this.#frames[(id - 1) % mostFrames];
    if (!frame) throw new Error(`There is no frame ${id}.`);
    return frame;
  }

  /**
   * What somebody evaluated may have changed what there is to see. The frames get other numbers, besides those that they had:
   * JupyterLab shows the variables of a frame anew when that has a number which it does not know.
   */
  renumber(): void {
    if (!this.#pause) return;
    const frames = this.#pause.frames.map((frame) => ({ ...frame, id: frame.id + mostFrames }));
    this.#pause = { ...this.#pause, frames };
  }

  /** @throws Error when nothing is paused */
  get #frames(): readonly Frame[] {
    if (!this.#pause) throw new Error('Nothing is paused.');
    return this.#pause.frames;
  }

  /** Stops what runs; what is at rest is left at rest. */
  async pause(): Promise<void> {
    if (this.#pause || this.#wish || !this.#options.isBusy()) return;
    this.#wish = { patience: 1 };
    await this.#ask(this.#wish);
  }

  async #ask(wish: Wish): Promise<void> {
    const { target } = this.#options;
    clearTimeout(wish.timer);
    this.#mayStopAgain = true;
    // No answer comes as long as the thread is in native code, and then nothing has been dropped either.
    await target.call('Debugger.pause').catch(() => undefined);
    if (this.#wish !== wish) return;
    wish.timer = setTimeout(() => {
      // In the condition of a breakpoint, where a loop may spend nearly all of its time, V8 drops it, too.
      if (wish.patience === longestPatience)
        target.call('Debugger.setBreakpointsActive', { active: false }).catch(() => undefined);
      wish.patience = Math.min(wish.patience * 2, longestPatience);
      void this.#ask(wish);
    }, wish.patience).unref();
  }

  #endWish(): void {
    if (!this.#wish) return;
    clearTimeout(this.#wish.timer);
    this.#wish = undefined;
    if (this.#isReleased) return;
    this.#options.target.call('Debugger.setBreakpointsActive', { active: true }).catch(() => undefined);
  }

  /**
   * Has code evaluated that needs no frame: in the innermost one where the thread stands still, since V8 cuts off nothing there that is
   * evaluated outside of all; so meanwhile the thread must not stop before V8 has taken it. What the code leaves to promise jobs may
   * stop, and they come right behind it: by then the thread has to have the word that it may.
   * @param evaluate sends it at once. @param frame V8's name of the frame
   */
  async evaluate<T>(
    evaluate: (frame?: string) => Promise<T>,
    evaluations: Pick<Evaluations, 'beginSending' | 'endSending'>,
  ): Promise<T> {
    const { target } = this.#options;
    if (!this.#standing) await target.call('Debugger.setSkipAllPauses', { skip: true });
    evaluations.beginSending();
    const answer = evaluate(this.#standing?.callFrames[0]?.callFrameId);
    void target
      .post('Debugger.setSkipAllPauses', { skip: this.#isReleased })
      .catch(() => undefined)
      .finally(() => evaluations.endSending());
    return answer;
  }

  /** The cell that was to be paused has ended: the next one must not be. */
  calm(): void {
    this.#detour.leave();
    if (!this.#wish) return;
    this.#endWish();
    this.#mayStopAgain = false;
    const { target } = this.#options;
    // V8 pauses at the next call of a function, unless it is told to skip that pause.
    const steps = [
      target.call('Debugger.setSkipAllPauses', { skip: true }),
      target.call('Runtime.evaluate', { expression: '(() => {})()' }),
      target.call('Debugger.setSkipAllPauses', { skip: this.#isReleased }),
    ];
    Promise.all(steps).catch(() => undefined);
  }

  async resume(): Promise<void> {
    this.#step = undefined;
    if (this.#pause) await this.#leave('resume');
  }

  /** @throws Error when nothing is paused */
  async step(kind: StepKind): Promise<void> {
    const frames = this.#frames;
    this.#step = new Step(kind, frames[0]!, frames.length);
    await this.#leave(await this.#prepare(kind, frames));
  }

  /** @returns what V8 is to be told for a step */
  async #prepare(kind: StepKind, [top, ...callers]: readonly Frame[]): Promise<StepKind | 'resume'> {
    const generator = await this.#generators.kindOf(top!.call);
    if (generator === 'sync' && kind !== 'stepOut') {
      const consumer = await this.#consumerOf(callers);
      if (consumer) await this.#detour.open(consumer.call);
    }
    if (generator !== 'async' || kind !== 'stepOut') return kind;
    // Where that awaits or yields, V8 loses the step, and of Node 20 ends the process.
    if (callers[0]) await this.#detour.open(callers[0].call);
    else await this.#detour.openAround(top!.call);
    return 'resume';
  }

  /** Who gets what a generator yields: V8 goes on in the generator instead, when that goes on. */
  async #consumerOf(callers: readonly Frame[]): Promise<Frame | undefined> {
    for (const caller of callers) if ((await this.#generators.kindOf(caller.call)) !== 'sync') return caller;
    return undefined;
  }

  /** When it is answered, the pause is over: V8 says so a moment later, and whoever wants the next one need not wait for that. */
  async #leave(how: StepKind | 'resume'): Promise<void> {
    const pause = this.#pause;
    this.#standing = undefined;
    try {
      await this.#options.target.call(`Debugger.${how}`);
    } catch (error) {
      // It went on, and may have come to its end before V8 could say so. Where V8 refuses, it had gone on before.
      if (how !== 'resume' && (error as Error).message !== threadEnded) throw error;
    } finally {
      if (this.#pause === pause) this.#resumed();
    }
  }

  /** The thread is about to be interrupted or ended, by who lets it go on: from now on it must not stop. */
  release(): void {
    this.#endWish();
    this.#skip(true);
  }

  /** That is over: it may stop again. */
  hold(): void {
    if (this.#isReleased) this.#skip(false);
  }

  #skip(skip: boolean): void {
    this.#isReleased = skip;
    const { target } = this.#options;
    target.call('Debugger.setSkipAllPauses', { skip }).catch(() => undefined);
    // A termination that strikes the condition of a breakpoint is used up by that.
    target.call('Debugger.setBreakpointsActive', { active: !skip }).catch(() => undefined);
  }

  #paused(event: Debugger.PausedEventDataType): void {
    this.#standing = event;
    const held = this.#options.hold(event);
    // Whoever interrupts may let it go on while this finds out what it stands for.
    const isOver = () => this.#standing !== event;
    if (held)
      return void held.then(() => (isOver() ? undefined : this.#letBegin(event))).catch(() => undefined);
    const doubt = this.#doubt(event);
    const loading = this.#options.load(event);
    const thrown = thrownIn(event);
    const head = thrown && !this.#isReleased ? headOf(thrown, this.#options.textOf) : '';
    if (!doubt && !loading && typeof head === 'string') return this.#stop(event, head);
    const isNone = doubt?.catch(() => false);
    const known = Promise.resolve(head).catch(() => '');
    void Promise.all([isNone, known, loading?.catch(() => undefined)]).then(([none, text]) => {
      if (isOver()) return;
      if (!none) return this.#stop(event, text);
      // V8 forgets a step when it resumes.
      this.#goOn(this.#step && !this.#wish ? 'stepOut' : 'resume');
      if (this.#wish) void this.#ask(this.#wish);
    });
  }

  /** A file has its breakpoints. V8 forgets a step at a breakpoint, which holds CommonJS, and not where it holds a module. */
  async #letBegin({ reason, callFrames }: Debugger.PausedEventDataType): Promise<void> {
    this.#standing = undefined;
    const step = reason === 'instrumentation' || this.#isReleased ? undefined : this.#step;
    const frames = framesOf(callFrames.slice(1), this.#options);
    // A step that waits for a promise is not on the stack, and V8 remembers it.
    const origin = step && frames[frames.length - step.origin];
    if (origin && step.kind !== 'stepInto') await this.#detour.open(origin.call);
    const how = step?.kind === 'stepInto' ? 'stepOver' : 'resume';
    await this.#options.target.call(`Debugger.${how}`);
  }

  /**
   * Whether this is no stop: in the middle of what the debugger itself has called there, which a front end waits for before it
   * hears of anything else; or for a pause that V8 was asked for once more than it was needed.
   * @returns nothing when there is no doubt
   */
  #doubt({
    reason,
    callFrames,
    hitBreakpoints = [],
  }: Debugger.PausedEventDataType): Promise<boolean> | undefined {
    const inside = this.#options.isInside();
    // Only statements `debugger` stop it so as well.
    const mayBeLate = this.#mayStopAgain && !this.#wish && !this.#step && reason === 'other';
    if (!mayBeLate || hitBreakpoints.length > 0) return inside;
    const late = this.#isAtStatement(callFrames[0]!.location).then((isAtStatement) => !isAtStatement);
    return Promise.all([inside, late]).then((reasons) => reasons.includes(true));
  }

  /** Whether a statement `debugger` stands there. */
  async #isAtStatement(start: Debugger.Location): Promise<boolean> {
    const end = { ...start, columnNumber: (start.columnNumber ?? 0) + 1 };
    const { locations } = await this.#options.target.call('Debugger.getPossibleBreakpoints', { start, end });
    return locations.some(({ type }) => type === 'debuggerStatement');
  }

  /** @param head what was thrown, if it has stopped for that */
  #stop(event: Debugger.PausedEventDataType, head: string): void {
    const { callFrames, reason } = event;
    const isDetour = this.#detour.close(event);
    const hitBreakpoints = isDetour ? [] : (event.hitBreakpoints ?? []);
    const frames = framesOf(callFrames, this.#options);
    const step = this.#step;
    const top = frames[0];
    if (!top || this.#isReleased) return this.#goOnUnseen();
    if (step && hitBreakpoints.length === 0 && !thrownIn(event)) {
      // In what the loader added to a file the user's code is not far.
      if (top.call !== callFrames[0]) {
        const how = this.#options.isFile(callFrames[0]!) ? 'stepOver' : step.wayOn();
        return step.kind === 'stepInto' && how === 'stepOut' ? this.#goAround(top, how) : this.#goOn(how);
      }
      if (step.goesOn(top, frames.length)) return this.#goOn(step.kind);
      if (this.#mayStopAgain && reason === 'other' && step.hasNotMoved(top, frames.length)) {
        this.#mayStopAgain = false;
        return this.#goOn(step.kind);
      }
    }
    this.#step = undefined;
    const isWanted = this.#wish !== undefined;
    this.#endWish();
    this.#pause = { frames, event };
    const why = step ? 'step' : isWanted ? 'pause' : 'debugger';
    this.#options.stopped({
      ...reasonOf({ ...event, hitBreakpoints }, head, why),
      threadId: 1,
      allThreadsStopped: true,
    });
  }

  /** It stopped in code of Node's or the kernel's, with nothing of the user's below. Whoever wants a pause waits for that: a step leads there. */
  #goOnUnseen(): void {
    const waiting = this.#wish || this.#isReleased ? undefined : this.#step?.waiting;
    if (waiting) return this.#goAround(waiting, 'resume');
    this.#step = undefined;
    this.#goOn(this.#wish ? 'stepInto' : 'resume');
  }

  /** V8 may have lost the step: it ends where the function of a frame goes on, at the latest. */
  #goAround({ call }: Frame, how: 'stepOut' | 'resume'): void {
    const standing = this.#standing;
    void this.#detour.open(call).then(() => {
      if (this.#standing === standing) this.#goOn(how);
    });
  }

  /** Nobody has heard that it stopped. */
  #goOn(how: StepKind | 'resume'): void {
    this.#standing = undefined;
    this.#options.target.call(`Debugger.${how}`).catch(() => undefined);
  }

  #resumed(): void {
    if (!this.#pause) return;
    this.#pause = undefined;
    this.#options.continued();
  }
}

/**
 * @param head what was thrown
 * @param otherwise why it has stopped, if not for what V8 says
 */
function reasonOf(
  event: Debugger.PausedEventDataType,
  head: string,
  otherwise: 'step' | 'pause' | 'debugger',
): Pick<DebugProtocol.StoppedEvent['body'], 'reason' | 'description' | 'text'> {
  if (thrownIn(event)) return { reason: 'exception', text: head };
  if (event.hitBreakpoints?.length) return { reason: 'breakpoint' };
  return otherwise === 'debugger'
    ? { reason: 'breakpoint', description: 'Paused on debugger statement' }
    : { reason: otherwise };
}
