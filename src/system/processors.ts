// Whether the processors have something else to do: what nobody waits for gives way then.
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/** What the system says. */
export interface LoadQuestions {
  /** Linux's /proc/loadavg. @throws where there is none, or it may not be read */
  readonly load: () => string;
  /** How many processors this process may use, which is known at once. */
  readonly own: () => number;
  /** How many the machine has. */
  readonly all: () => number;
}

/** Whether more threads want to run right now, on the whole machine, than it has processors. False where nobody says. */
export function areProcessorsTaken(system: LoadQuestions = thisMachine): boolean {
  let load: string;
  try {
    load = system.load();
  } catch {
    return false;
  }
  const running = /(\d+)\/\d+ \d+\s*$/.exec(load)?.[1];
  // The thread that asks is one of them.
  const others = Number(running ?? 0) - 1;
  return others >= system.own() && others >= system.all();
}

const thisMachine: LoadQuestions = {
  load: () => readFileSync('/proc/loadavg', 'latin1'),
  own: availableParallelism,
  all: () => cpus().length,
};
