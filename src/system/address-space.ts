// How many addresses this process may reserve (`ulimit -v`, h_vmem of batch systems). V8 reserves for each thread far more than
// it uses, and where the system refuses that it ends the process without a word.
// Rule: a thread that would not fit is refused with a sentence; where nothing is limited, nothing is asked.
import { readFileSync } from 'node:fs';

/** In bytes, as the system counts: addresses, not memory. */
export interface AddressSpace {
  readonly limit: number;
  readonly taken: number;
}

/** @returns undefined where there is no limit, or where the system does not say */
export function readAddressSpace(
  read = (file: string) => readFileSync(`/proc/self/${file}`, 'utf8'),
): AddressSpace | undefined {
  try {
    const limit = /^Max address space\s+(\d+)/m.exec(read('limits'))?.[1];
    if (limit === undefined) return undefined;
    const taken = /^VmSize:\s+(\d+) kB/m.exec(read('status'))?.[1];
    return { limit: Number(limit), taken: Number(taken ?? 0) * 1024 };
  } catch {
    return undefined;
  }
}

/** From this version on each isolate of V8 has tables that reserve addresses. */
const hasTables = Number(process.versions.node.split('.')[0]) >= 26;
/** What a thread with V8 reserves, beside its code: heap, stack, tables, and its parts of the allocator of C; in MB. */
const ofThread = hasTables ? 600 : 400;
/** V8's own range for the code of a thread, and the one that does for a kernel, in MB. */
const ownCodeRange = 512;
const smallCodeRange = 64;

/** What a kernel takes before a cell asks for anything, and has some left for it, in MB. */
export const enoughAddresses = hasTables ? 3072 : 2560;

const mend = `Raise the limit where Jupyter is started: a kernel needs ${gigabytes(enoughAddresses * 2 ** 20)}, and its cells some on top.`;

/** The limit of a worker of the kernel: V8 would reserve eight times as much for its code. Empty where nothing is limited. */
export function frugalLimits(space = readAddressSpace()): { codeRangeSizeMb?: number } {
  return space ? { codeRangeSizeMb: smallCodeRange } : {};
}

/**
 * To be called before a thread is started.
 * @param codeRange what V8 will reserve for its code, in MB
 * @throws Error when the thread would not fit
 */
export function refuseThread(codeRange: number = smallCodeRange, space = readAddressSpace()): void {
  if (!space) return;
  const left = space.limit - space.taken;
  if (left >= (ofThread + codeRange) * 2 ** 20) return;
  throw new Error(
    `this process may reserve ${gigabytes(space.limit)} of addresses (ulimit -v), of which ${gigabytes(left)} are left, too little for another thread. ${mend}`,
  );
}

/** What the thread that answers to the front end takes by and by, in MB. */
const ofMainThread = 256;

/**
 * To be called when the process starts.
 * @throws Error when it has too few addresses even to say so to a client
 */
export function refuseFewAddresses(space = readAddressSpace()): void {
  if (!space || space.limit - space.taken >= ofMainThread * 2 ** 20) return;
  throw new Error(
    `This process may reserve ${gigabytes(space.limit)} of addresses (ulimit -v), which Node itself takes. ${mend}`,
  );
}

/** Whether a thread that Node starts by itself fits. */
export function hasRoomForNode(space = readAddressSpace()): boolean {
  try {
    refuseThread(ownCodeRange, space);
    return true;
  } catch {
    return false;
  }
}

export function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GB`;
}
