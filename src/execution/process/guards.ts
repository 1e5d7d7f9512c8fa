// What must not take the worker down: process.exit and its kin, uncaught errors.
// Rule: the error is shown in the cell that caused it, and the namespace lives on. What stands in the place of Node's functions
// works, as those do, where cells have overwritten how arrays are walked through.
import { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import timers from 'node:timers';
import { KeyboardInterrupt, ProcessExit, Stop } from '../errors/stops';

export interface GuardOptions {
  /**
   * Shows an error that no code caught, in the cell that it came from.
   * @param promise the one that was rejected with it, if one was
   */
  report(error: unknown, promise?: unknown): void;
  /** Takes the failure of a run that nothing handles: its own end, of which no listener hears. @returns whether it was one */
  takeFailure(promise: object, error: unknown): boolean;
}

const { apply, set } = Reflect;
const { startsWith } = String.prototype;
const { listenerCount } = EventEmitter.prototype;
const isHeard = (event: string): boolean => apply(listenerCount, process, [event]) > 0;

/** @returns how to tell the listeners of `exit` that the thread is about to end */
export function installGuards({ report, takeFailure }: GuardOptions): { emitExit(): void } {
  refuseExits();
  catchUnheard(report, takeFailure);
  catchUncaught(report);
  // The kernel itself uses an experimental option of node:vm; that warning is not for the user.
  const { emitWarning } = process;
  process.emitWarning = ((...given: Parameters<typeof emitWarning>) => {
    if (!apply(startsWith, String(given[0]), ['vm.USE_MAIN_CONTEXT_DEFAULT_LOADER']))
      apply(emitWarning, process, given);
  }) as typeof emitWarning;
  return {
    emitExit() {
      // As process.exit() does: `beforeExit` is for who runs out of work. From here on an exit is an exit.
      set(process, '_exiting', true);
      try {
        process.emit('exit', Number(process.exitCode ?? 0));
      } catch (error) {
        report(error);
      }
    },
  };
}

/** What would end the process ends what runs. */
function refuseExits(): void {
  for (const name of ['exit', 'reallyExit'] as const) {
    const end = Reflect.get(process, name) as (code?: number | string | null) => never;
    const refuse = (...given: [code?: number | string | null]) => {
      // The thread is about to end as it is.
      if (Reflect.get(process, '_exiting')) return apply(end, process, given);
      throw new ProcessExit(exitCodeOf(given));
    };
    set(process, name, refuse);
  }
  process.abort = () => {
    throw new Error(
      'process.abort() is not available in a notebook: it would end the kernel. Restart the kernel instead.',
    );
  };
  const { kill } = process;
  const { setImmediate } = timers;
  process.kill = (pid: number, signal: string | number = 'SIGTERM') => {
    // 0 is the group of the kernel, -1 whatever may be signalled.
    const isSelf = Math.abs(pid) === process.pid || Number(pid) === 0 || Number(pid) === -1;
    if (!isSelf || Number(signal) === 0) return kill(pid, signal);
    const name = typeof signal === 'number' ? nameOfSignal(signal) : signal;
    if (isHeard(name)) {
      // The system tells of a signal when the code that sent it has ended.
      setImmediate(() => process.emit(name as NodeJS.Signals, name as NodeJS.Signals));
      return true;
    }
    if (name === 'SIGINT') throw new KeyboardInterrupt();
    throw new Error(`process.kill() of the kernel itself (${name}). Restart the kernel instead.`);
  };
}

const nameOfSignal = (number: number) =>
  Object.entries(constants.signals).find(({ 1: value }) => value === number)?.[0] ?? String(number);

/** @throws TypeError as process.exit does, of what is no exit code */
function exitCodeOf(given: [code?: number | string | null]): number {
  const { exitCode: before } = process;
  // Node itself says what may be one.
  if (given.length > 0) process.exitCode = given[0];
  const { exitCode } = process;
  process.exitCode = before;
  return Number(exitCode ?? 0);
}

/**
 * Handles events without a listener by patching `process.emit`, instead of adding a listener: that would be visible to user
 * code and removed by `removeAllListeners`.
 */
function catchUnheard(report: GuardOptions['report'], takeFailure: GuardOptions['takeFailure']): void {
  const { emit } = process;

  function tell(this: unknown, ...rest: unknown[]): boolean {
    const { 0: event, 1: error, 2: promise } = rest;
    if (event !== 'unhandledRejection' && event !== 'uncaughtException') return apply(emit, this, rest);
    if (event === 'unhandledRejection' && takeFailure(promise as object, error)) return true;
    if (!(error instanceof Stop)) {
      if (isHeard(event)) return apply(emit, this, rest);
      const goesOn = isHeard('uncaughtException') || process.hasUncaughtExceptionCaptureCallback();
      if (event === 'unhandledRejection' && goesOn) return false;
    }
    // That a cell was interrupted is said once, by the cell.
    if (event === 'uncaughtException') report(error);
    else if (!(error instanceof KeyboardInterrupt)) report(error, promise);
    return true;
  }
  Object.defineProperty(process, 'emit', {
    value: Object.defineProperty(tell, 'name', { value: 'emit' }),
    writable: true,
    configurable: true,
    enumerable: false,
  });
}

/**
 * Errors that no code caught. Node asks `process._fatalException` what becomes of the thread; that tells the listeners by
 * `process.emit`, which libraries replace (source-map-support, signal-exit), or the one capture callback (domains). What
 * these throw, a call of process.exit() among it, would be the end of the thread.
 */
function catchUncaught(report: GuardOptions['report']): void {
  const node = process as unknown as {
    emit: (...given: unknown[]) => boolean;
    _fatalException(error: unknown, isRejection?: boolean): boolean;
  };

  const { _fatalException: settle } = node;
  node._fatalException = (error, isRejection) => {
    const { emit } = node;
    const emitGuarded = (...given: unknown[]): boolean => {
      const event = given[0];
      if (event !== 'uncaughtException' && event !== 'uncaughtExceptionMonitor')
        return apply(emit, process, given);
      if (error instanceof Stop && event === 'uncaughtExceptionMonitor') return false;
      try {
        if (!(error instanceof Stop) && apply(emit, process, given)) return true;
      } catch (problem) {
        report(problem);
        return true;
      }
      if (event === 'uncaughtException') report(error);
      return true;
    };
    node.emit = emitGuarded;
    try {
      return settle(error, isRejection);
    } catch (problem) {
      try {
        report(problem);
      } catch {
        // Nothing can be said in what cells have made of the realm; the thread lives on.
      }
      return true;
    } finally {
      // Unless a listener has put another in its place.
      if (node.emit === emitGuarded) node.emit = emit;
    }
  };

  type Capture = (error: unknown) => unknown;
  const guard = (capture: unknown) =>
    typeof capture !== 'function'
      ? capture
      : (error: unknown): unknown => {
          try {
            if (!(error instanceof Stop)) return (capture as Capture)(error);
            report(error);
          } catch (problem) {
            report(problem);
          }
          return true;
        };
  for (const name of ['setUncaughtExceptionCaptureCallback', 'addUncaughtExceptionCaptureCallback']) {
    const original = Reflect.get(process, name) as ((capture: unknown) => void) | undefined;
    // The second is of Node 26.
    if (original) set(process, name, (capture: unknown) => original(guard(capture)));
  }
}
