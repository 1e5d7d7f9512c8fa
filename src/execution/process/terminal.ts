// What libraries ask before they colour or draw: a page shows colours, and `drawings` what moves a cursor, so they are told yes, in
// the words of a terminal. Rule: what the user has said by NO_COLOR or FORCE_COLOR holds; FORCE_COLOR is set for nobody who does
// not print on the page; asking for lines goes on as where there is no terminal.
import { syncBuiltinESMExports } from 'node:module';
import type { WriteStream } from 'node:tty';
import { windowSize } from './drawings';

const { defineProperty } = Reflect;
const { columns, rows } = windowSize;

/** Of the methods of a terminal's stream. Those that move the cursor write what does. */
const methods = [
  'getColorDepth',
  'hasColors',
  'getWindowSize',
  'cursorTo',
  'moveCursor',
  'clearLine',
  'clearScreenDown',
] as const;

const loadTty = () => require('node:tty') as typeof import('node:tty');

/** Makes process.stdout and process.stderr answer as the streams of a terminal do. */
export function becomeTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) {
    defineProperty(stream, 'isTTY', {
      get: () => !isAskedByReadline(new Error().stack),
      // Who replaces it means it.
      set: (value: unknown) => defineProperty(stream, 'isTTY', { value, writable: true, configurable: true }),
      configurable: true,
    });
    Object.assign(stream, { columns, rows });
    for (const name of methods) {
      const method = {
        [name](this: WriteStream, ...given: never[]): unknown {
          return Reflect.apply(loadTty().WriteStream.prototype[name], this, given);
        },
      }[name];
      defineProperty(stream, name, { value: method, writable: true, configurable: true });
    }
  }
  // A server that was not started in a terminal says nothing, and libraries go by that.
  if (!process.env.TERM || process.env.TERM === 'dumb') process.env.TERM = 'xterm-color';
}

/** The same, for those who ask about descriptors. Loading what they ask takes a millisecond: to be called when that is there. */
export function becomeTerminalForTty(): void {
  const tty = loadTty();
  const { isatty } = tty;
  tty.isatty = (descriptor) =>
    ((descriptor === 1 || descriptor === 2) && !process.env.NO_COLOR) || isatty(descriptor);
  syncBuiltinESMExports();
}

/**
 * To readline, an output that is a terminal means that what is typed comes key by key, and has to be echoed. Here it comes line by
 * line, and the front end has shown it.
 */
function isAskedByReadline(stack: unknown): boolean {
  return /\bnode:internal\/readline\/interface\b/.test(String(stack));
}
