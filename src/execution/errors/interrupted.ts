// An interrupt that cut off running code, with the place where it did.
import { fileURLToPath } from 'node:url';
import { withoutMarks } from '../../compile/keys';
import type { FramePlace } from './frames';
import type { Labels } from './labels';
import { describeSource } from './sources';
import { KeyboardInterrupt } from './stops';

/** A function that ran, innermost first, by the name and the place that V8 gives it. */
interface RunningCode extends FramePlace {
  readonly name: string;
}

/** The debugger makes an address of the name of a script that is a path. */
export function scriptOf(url: string): string {
  try {
    return url.startsWith('file:') ? fileURLToPath(url) : url;
  } catch {
    return url;
  }
}

/** @param isKernelFile whether a script belongs to the kernel @param what happened to the cell, for its message */
export function interruptAt(
  places: readonly RunningCode[],
  labels: Labels,
  isKernelFile: (file: string) => boolean,
  what?: string,
): KeyboardInterrupt {
  const interrupt = new KeyboardInterrupt(what);
  const frames = places.flatMap(({ name, file: url, line, column }) => {
    const file = scriptOf(url);
    const found = labels.find(file, line, column);
    if (!found && (file === '' || isKernelFile(file) || labels.findByName(file))) return [];
    const place = found
      ? `${found.cell.label}:${found.line}:${found.column}`
      : (describeSource(file, line, column) ?? `${file}:${line}:${column}`);
    return [`    at ${name ? `${withoutMarks(name)} (${place})` : place}`];
  });
  const stack = [`${interrupt.name}: ${interrupt.message}`, ...frames].join('\n');
  return Object.defineProperty(interrupt, 'stack', { value: stack });
}
