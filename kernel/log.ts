// The kernel's own log: the real stderr, for real trouble only.
// Rule: logging neither fails nor blocks. Jupyter may have connected a pipe and not read it, so the log writes less to a
// pipe than any pipe holds.
import { fstatSync, writeSync } from 'node:fs';

const pipeBudget = 32 * 1024;
const longestWait = 2000;

let budget: number | undefined;
let descriptor = 2;

/** @param wanted a descriptor of the real stderr, when 2 leads elsewhere */
export function moveLog(wanted: number): void {
  descriptor = wanted;
}

/** Where the log goes, for a part of the kernel that is a file of its own. */
export const logDescriptor = (): number => descriptor;

export function log(message: string): void {
  budget ??= startingBudget();
  if (budget <= 0) return;
  const line = `[tskernel] ${message.slice(0, longestWait)}\n`;
  budget -= line.length;
  try {
    writeSync(descriptor, budget > 0 ? line : '[tskernel] The log is full; nothing more is written to it.\n');
  } catch {
    // stderr is closed or full: there is no other place to say so.
  }
}

/** What went wrong, in one line: the message, and those of the causes that it does not repeat. */
export function describeError(error: unknown): string {
  let text = messageOf(error);
  const seen = new Set<unknown>();
  for (let cause = causeOf(error); cause !== undefined && !seen.has(cause); cause = causeOf(cause)) {
    seen.add(cause);
    const message = messageOf(cause);
    if (!text.includes(message)) text += ` (caused by ${message})`;
  }
  return text;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
const causeOf = (error: unknown) => (error instanceof Error ? error.cause : undefined);

function startingBudget(): number {
  try {
    const stderr = fstatSync(descriptor);
    return stderr.isFIFO() || stderr.isSocket() ? pipeBudget : Number.POSITIVE_INFINITY;
  } catch {
    return 0;
  }
}
