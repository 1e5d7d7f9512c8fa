// The frames of a stack that the user is shown: who called whom in code of cells, files and packages, nothing of Node's own.
// Rule: works on the text of the stack, since that is all there is once a program has read it.
import { isLoaderFile } from '../modules/loader';
import type { Labels } from './labels';

/** Where Node makes its DOMExceptions. */
const exceptionFile = 'node:internal/per_context/domexception';
const placeOfNode = /\(?node:[\w/.-]+:\d+:\d+\)?$/;

/** The lines of a stack that are frames. */
export function framesIn(stack: string): string[] {
  return stack.split('\n').filter((line) => /^\s+at /.test(line));
}

/**
 * The frames of code and of Node that say how it came to an error.
 * @param message of the error: it may quote a stack
 * @param isKernelFile whether a script belongs to the kernel: stacks that the user's own function made have its frames
 */
export function knownFrames(
  stack: string,
  message: string,
  labels: Labels,
  isKernelFile: (file: string) => boolean,
): string[] {
  const frames = framesIn(stack.slice(stack.includes(message) ? stack.indexOf(message) + message.length : 0))
    .filter((frame) => {
      const file = placeIn(frame)?.file ?? '';
      return !(file === exceptionFile || isLoaderFile(file) || isKernelFile(file));
    })
    .map((frame) => labels.nameIn(frame));
  // What called the code (event loop, timers) is Node's business.
  while (frames.length > 0 && placeOfNode.test(frames.at(-1)!)) frames.pop();
  return frames;
}

/** Without Node's own, and each step of a recursion once. */
export function shownFrames(frames: readonly string[]): string[] {
  return foldRepeats(frames.filter((frame) => !placeOfNode.test(frame)));
}

/** The longest round of functions that call one another which is recognised. */
const longestRound = 4;

function foldRepeats(frames: readonly string[]): string[] {
  const folded: string[] = [];
  for (let at = 0; at < frames.length; ) {
    const { length, times } = longestRepeat(frames, at);
    folded.push(...frames.slice(at, at + length));
    if (times > 1) folded.push(`    ... the same ${times - 1} more times`);
    at += length * times;
  }
  return folded;
}

/** How often what begins at a place follows itself. A round must save lines to be one. */
function longestRepeat(frames: readonly string[], at: number): { length: number; times: number } {
  for (let length = 1; length <= longestRound; length++) {
    let end = at + length;
    while (end < frames.length && frames[end] === frames[end - length]) end++;
    const times = Math.floor((end - at) / length);
    if (times > 2) return { length, times };
  }
  return { length: 1, times: 1 };
}

export interface FramePlace {
  /** A path, a URL, or what a cell is called. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** The place in a frame such as `at f (/a/b.ts:1:2)`, `at async /a/b.ts:1:2` or `at file:///a/b.ts:1:2`. */
export function placeIn(frame: string): FramePlace | undefined {
  const match = /^\s+at (?:.*\()?(?:async )?(.*?):(\d+):(\d+)\)?$/.exec(frame);
  return match ? { file: match[1]!, line: Number(match[2]), column: Number(match[3]) } : undefined;
}
