// The frames of a stack that a person is shown: not how Node came to call the code, nor how it was loaded.
// Rule: works on the text of the stack, since that is all there is once a program has read it.
import { isLoaderFile } from '../modules/loader';
import type { Labels } from './labels';

/** Where Node makes its DOMExceptions. */
const exceptionFile = 'node:internal/per_context/domexception';
const placeOfNode = /\(?node:[\w/]+:\d+:\d+\)?$/;

/** The lines of a stack that are frames. */
export function framesIn(stack: string): string[] {
  return stack.split('\n').filter((line) => /^\s+at /.test(line));
}

/** @param isKernelFile whether a script belongs to the kernel: stacks that a person's own function made have its frames */
export function shownFrames(
  stack: string,
  labels: Labels,
  isKernelFile: (file: string) => boolean,
): string[] {
  const frames = framesIn(stack)
    .filter((frame) => {
      const file = fileIn(frame);
      return !(file === exceptionFile || isLoaderFile(file) || isKernelFile(file));
    })
    .map((frame) => labels.nameIn(frame));
  // What called the code (event loop, timers) is Node's business.
  while (frames.length > 0 && placeOfNode.test(frames.at(-1)!)) frames.pop();
  return frames;
}

/** The file of a frame such as `at f (/a/b.ts:1:2)`, `at async /a/b.ts:1:2` or `at file:///a/b.ts:1:2`. */
function fileIn(frame: string): string {
  return /^\s+at (?:.*\()?(?:async )?(.*?):\d+:\d+\)?$/.exec(frame)?.[1] ?? '';
}
