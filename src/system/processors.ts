// Whether the processors have something else to do: what nobody waits for gives way then.
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/** What the system says of this moment. */
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

/** @returns Linux's /proc/stat. @throws where there is none, or it may not be read */
type ReadTimes = () => string;

/**
 * Unlike a moment's look this sees what goes on in bursts, such as programs that are started one after the other.
 * @returns tells how many processors of the machine were free since it was last called, on average; all where nobody says
 */
export function watchFreeProcessors(read: ReadTimes = readTimes): () => number {
  let before = timesIn(read);
  return () => {
    const now = timesIn(read);
    const passed = now.all - before.all;
    const free = passed > 0 ? (now.count * (now.idle - before.idle)) / passed : Number.POSITIVE_INFINITY;
    before = now;
    return free;
  };
}

/** Of all processors together, in ticks since the machine was started, and how many they are. */
function timesIn(read: ReadTimes): { readonly all: number; readonly idle: number; readonly count: number } {
  let lines: string[];
  try {
    lines = read().split('\n');
  } catch {
    lines = [];
  }
  // user, nice, system, idle, waiting for disks, interrupts, … What guests took is part of what users did.
  const times = (/^cpu +(.*)$/.exec(lines[0] ?? '')?.[1] ?? '').split(' ').slice(0, 8).map(Number);
  const count = lines.filter((line) => /^cpu\d/.test(line)).length;
  return { all: times.reduce((sum, time) => sum + time, 0), idle: (times[3] ?? 0) + (times[4] ?? 0), count };
}

const readTimes: ReadTimes = () => readFileSync('/proc/stat', 'latin1');
