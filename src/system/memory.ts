// How much memory this process may take: that of the machine, or of the control group (a container, a batch job) that it is in.
import { freemem, totalmem } from 'node:os';

export interface MemoryFigures {
  /** In bytes, as are the others. */
  readonly total: number;
  readonly available: number;
  /** Whether a control group sets the total: who takes more is killed. */
  readonly isGroup: boolean;
}

/** What the system says: `constrainedMemory` is 0, or more than the machine has, where no group sets a limit. */
export interface MemoryQuestions {
  readonly totalmem: () => number;
  readonly freemem: () => number;
  readonly constrainedMemory: () => number;
  /** Since Node 20.13. */
  readonly availableMemory?: () => number;
}

export function readMemory(system: MemoryQuestions = thisProcess): MemoryFigures {
  const machine = system.totalmem();
  const group = system.constrainedMemory();
  const isGroup = group > 0 && group < machine;
  const total = isGroup ? group : machine;
  const available = system.availableMemory?.() ?? system.freemem();
  return { total, available: Math.min(available, total), isGroup };
}

const thisProcess: MemoryQuestions = {
  totalmem,
  freemem,
  constrainedMemory: () => process.constrainedMemory(),
  availableMemory: () => process.availableMemory?.() ?? freemem(),
};
