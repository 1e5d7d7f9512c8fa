// What must not take the worker down: process.exit, uncaught errors, a changed directory that a worker may not change.
// Rule: the person is told in the cell that caused it, and the namespace lives on.
import { EventEmitter } from 'node:events';
import { resolve } from 'node:path';
import { KeyboardInterrupt, ProcessExit } from '../errors/stops';

export interface GuardOptions {
  /**
   * Shows an error that no code caught, in the cell that it came from.
   * @param promise the one that was rejected with it, if one was
   */
  report(error: unknown, promise?: unknown): void;
  /** Changes the process's directory. @throws Error as process.chdir does */
  changeDirectory(directory: string): void;
}

export function installGuards({ report, changeDirectory }: GuardOptions): void {
  process.exit = ((code?: number | string | null) => {
    throw new ProcessExit(Number(code ?? process.exitCode ?? 0));
  }) as typeof process.exit;
  Reflect.set(process, 'reallyExit', process.exit);
  process.abort = () => {
    throw new Error(
      'process.abort() is not available in a notebook: it would end the kernel. Restart the kernel instead.',
    );
  };
  const { kill } = process;
  process.kill = (pid: number, signal?: string | number) => {
    if (Math.abs(pid) !== process.pid || signal === 0) return kill(pid, signal);
    if (signal === 'SIGINT' || signal === 2) throw new KeyboardInterrupt();
    throw new Error(
      `process.kill() of the kernel itself (${signal ?? 'SIGTERM'}). Restart the kernel instead.`,
    );
  };
  process.chdir = (directory: string) => changeDirectory(resolve(String(directory)));
  catchUncaught(report);
  // That the loader of cells is an experimental option of node:vm is the kernel's affair, not the person's.
  const { emitWarning } = process;
  process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
    if (!String(warning).startsWith('vm.USE_MAIN_CONTEXT_DEFAULT_LOADER')) emitWarning(warning, ...rest);
  }) as typeof emitWarning;
}

/**
 * Takes what Node would end the thread for. A listener of the kernel's own would stand beside the person's, and go with
 * `removeAllListeners`; so it is done where Node tells the listeners: those of the person take the error, as in Node.
 */
function catchUncaught(report: GuardOptions['report']): void {
  const { apply } = Reflect;
  const { emit } = process;
  const { listenerCount } = EventEmitter.prototype;
  const isHeard = (event: string): boolean => apply(listenerCount, process, [event]) > 0;

  /** Whether the error goes to an `uncaughtException` listener, or what stands for one, next. */
  const goesOn = (event: string) =>
    event === 'unhandledRejection' &&
    (isHeard('uncaughtException') || process.hasUncaughtExceptionCaptureCallback());

  function tell(this: unknown, ...rest: unknown[]): boolean {
    const [event, error, promise] = rest;
    if (event !== 'uncaughtException' && event !== 'unhandledRejection') return apply(emit, this, rest);
    if (!isHeard(event)) {
      if (goesOn(event)) return false;
      report(error, promise);
      return true;
    }
    try {
      return apply(emit, this, rest);
    } catch (problem) {
      // A listener that fails would be the end of the thread.
      report(problem);
      return true;
    }
  }
  Object.defineProperty(process, 'emit', {
    value: Object.defineProperty(tell, 'name', { value: 'emit' }),
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
