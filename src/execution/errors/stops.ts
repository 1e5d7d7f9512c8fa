// The errors that the kernel itself throws into a cell to stop it.
// Rule: what a stop says of the variables is said where it is shown, for whoever throws it cannot know what comes of it.
import type { EngineErrorName } from '../../api';

/** Stops the code that runs. No listener for uncaught errors hears of it: in Node, nothing runs after an exit. */
export abstract class Stop extends Error {
  /** What it means to the user whose cell it ended. */
  abstract readonly explanation: string;
}

/** What a stopped cell ends with. */
export class KeyboardInterrupt extends Stop {
  override readonly name = 'KeyboardInterrupt' satisfies EngineErrorName;
  constructor(what = 'the cell was interrupted') {
    super(what);
  }
  get explanation(): string {
    return `${this.message}; variables are kept`;
  }
}

/** What `process.exit()` throws: a notebook goes on. */
export class ProcessExit extends Stop {
  override readonly name = 'ProcessExit' satisfies EngineErrorName;
  constructor(exitCode: number) {
    super(`process.exit(${exitCode}) was called`);
  }
  get explanation(): string {
    return `${this.message}. The cell ends here, the kernel goes on and variables are kept; restart the kernel to end the process.`;
  }
}
