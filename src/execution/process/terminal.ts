// What libraries ask before they colour or draw: a page shows colours, and `drawings` what moves a cursor, so they are told yes.
// Rule: what the user has said by NO_COLOR or FORCE_COLOR holds; asking for lines goes on as where there is no terminal.
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
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

/** Whether nobody has said that there shall be no colours. */
const wantsColours = () => process.env.NO_COLOR === undefined || process.env.NO_COLOR === '';

/**
 * Says by the environment, which is that of child processes as well, that colours are shown: libraries such as chalk ask nothing
 * else. Those 16 that a page's theme makes readable, as ipykernel says.
 */
export function sayColours(): void {
  if (process.env.FORCE_COLOR === undefined && wantsColours()) process.env.FORCE_COLOR = '1';
}

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
  // Loading it takes a millisecond, in which the thread is said to be ready first.
  timers.setImmediate(() => {
    const tty = loadTty();
    const { isatty } = tty;
    tty.isatty = (descriptor) =>
      ((descriptor === 1 || descriptor === 2) && wantsColours()) || isatty(descriptor);
    syncBuiltinESMExports();
  });
}

/**
 * To readline, an output that is a terminal means that what is typed comes key by key, and has to be echoed. Here it comes line by
 * line, and the front end has shown it.
 */
function isAskedByReadline(stack: unknown): boolean {
  return /\bnode:internal\/readline\/interface\b/.test(String(stack));
}
