// Where a thread is in its code at this moment: the debugger of V8 pauses it there and says so, also in the middle of a loop.
// Rule: who asks lets it go on, always: a paused thread answers nothing and cannot be ended. So it does with one that a debugger
// has paused: V8 tells each of its sessions of a pause, and takes `resume` from each; what others have enabled stays so.
import { type CodePlace, promiseHookName } from '../threads/execution-protocol';
import type { WorkerInspector } from './inspector';

/** As many as a stack has. */
const mostPlaces = 10;

interface PausedFrame {
  readonly functionName: string;
  readonly location: {
    readonly scriptId: string;
    readonly lineNumber: number;
    readonly columnNumber?: number;
  };
}

export class Whereabouts {
  #isEngaged = false;

  constructor(readonly inspector: WorkerInspector) {}

  /**
   * Pauses the thread in code that a termination may strike: not in a promise hook, from which it goes on to the code that comes next.
   * Never rejects.
   * @param patience in milliseconds: a thread that is inside of a long step of V8's does not say
   */
  async find(patience: number): Promise<readonly CodePlace[]> {
    const files = new Map<string, string>();
    this.#isEngaged = true;
    return new Promise((resolve) => {
      const finish = (places: readonly CodePlace[]) => {
        clearTimeout(timer);
        stopListening();
        resolve(places);
      };
      const timer = setTimeout(finish, patience, []);
      const stopListening = this.inspector.listen((method, params) => {
        if (method === 'Debugger.scriptParsed') {
          const { scriptId, url } = params as { scriptId: string; url: string };
          files.set(scriptId, url);
        } else if (method === 'Debugger.paused') {
          const { callFrames } = params as { callFrames: readonly PausedFrame[] };
          const hook = callFrames.find(({ functionName }) => functionName === promiseHookName);
          if (hook) return this.#stepPast(files.get(hook.location.scriptId) ?? '');
          finish(callFrames.slice(0, mostPlaces).map((frame) => placeOf(frame, files)));
        }
      });
      Promise.all([
        this.inspector.post('Debugger.enable'),
        // Breakpoints hold for all sessions as long as they do for one; in a condition of one, a pause would be lost, as would a
        // termination.
        this.inspector.post('Debugger.setBreakpointsActive', { active: false }),
        this.inspector.post('Debugger.pause'),
      ]).catch(() => finish([]));
    });
  }

  /** To what is neither in the script of the hook nor Node's own: a step, since another pause would most likely be in a hook again. */
  #stepPast(file: string): void {
    const patterns = [`^${file.replace(/[^\w/]/g, '\\$&')}$`, '^node:'];
    this.inspector
      .post('Debugger.setBlackboxPatterns', { patterns })
      .then(() => this.inspector.post('Debugger.stepInto'))
      .catch(() => undefined);
  }

  /** Lets the thread go on. @param isOver nothing more is to come: a release may have been lost with what was cut off */
  release(isOver: boolean): void {
    if (!this.#isEngaged) return;
    if (isOver) this.#isEngaged = false;
    this.#post('Debugger.resume', 'Debugger.disable');
  }

  /** Lets the thread go on, wherever a debugger of whomever has paused it. */
  free(): void {
    this.#post('Debugger.enable', 'Debugger.resume', 'Debugger.disable');
  }

  #post(...methods: readonly string[]): void {
    for (const method of methods) this.inspector.post(method).catch(() => undefined);
  }
}

function placeOf({ functionName, location }: PausedFrame, files: ReadonlyMap<string, string>): CodePlace {
  const { scriptId, lineNumber, columnNumber = 0 } = location;
  const file = files.get(scriptId) ?? '';
  return { name: functionName, file, line: lineNumber + 1, column: columnNumber + 1 };
}
