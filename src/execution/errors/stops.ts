// The errors that the kernel itself throws into a cell to stop it.

/** What a stopped cell ends with. Its traceback is one line: where it was stopped is of no interest. */
export class KeyboardInterrupt extends Error {
  override readonly name = 'KeyboardInterrupt';
  constructor(message = 'the cell was interrupted; variables are kept') {
    super(message);
  }
}

/** What `process.exit()` throws: a notebook goes on. */
export class ProcessExit extends Error {
  override readonly name = 'ProcessExit';
  constructor(exitCode: number) {
    super(
      `process.exit(${exitCode}) was called. The cell ends here, the kernel goes on and variables are kept; ` +
        'restart the kernel to end the process.',
    );
  }
}
