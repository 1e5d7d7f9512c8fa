// How long code takes: %time, %%time and %timeit.
import { now } from '../../realm/clock';
import { type MagicCall, MagicError, splitWords } from './host';

/** What one run should take at least, in milliseconds, so that the clock's own steps do not show. */
const shortestRun = 100;
const usualRuns = 7;

/** @param milliseconds 0 or more */
export function formatTime(milliseconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [60_000, 'min'],
    [1000, 's'],
    [1, 'ms'],
    [1e-3, 'µs'],
  ];
  const [size, unit] = units.find(([least]) => milliseconds >= least) ?? [1e-6, 'ns'];
  return `${Number((milliseconds / size).toPrecision(3))} ${unit}`;
}

/** `%timeit code`, its code made a function. It waits for what the function returns if it is asynchronous. */
export function measure(
  { arguments: options, host }: MagicCall,
  work: () => unknown,
  isAsync: boolean,
): undefined | Promise<undefined> {
  const { loops, runs } = readOptions(options);
  const report = (times: readonly number[], count: number): undefined => {
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
    const deviation = Math.sqrt(times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / times.length);
    const each = count === 1 ? '1 loop' : `${count} loops`;
    host.write(
      'stdout',
      `${formatTime(mean)} ± ${formatTime(deviation)} per loop (mean ± sd of ${times.length} runs, ${each} each)\n`,
    );
  };
  if (isAsync) return measureLater(work as () => Promise<unknown>, loops, runs, report);
  const time = (count: number): number => {
    const start = now();
    for (let index = 0; index < count; index++) work();
    return now() - start;
  };
  let count = loops ?? 1;
  let first = time(count);
  while (loops === undefined && first < shortestRun) {
    count = nextCount(count, first);
    first = time(count);
  }
  return report(
    [first, ...Array.from({ length: runs - 1 }, () => time(count))].map((t) => t / count),
    count,
  );
}

async function measureLater(
  work: () => Promise<unknown>,
  loops: number | undefined,
  runs: number,
  report: (times: readonly number[], count: number) => undefined,
): Promise<undefined> {
  const time = async (count: number): Promise<number> => {
    const start = now();
    for (let index = 0; index < count; index++) await work();
    return now() - start;
  };
  let count = loops ?? 1;
  let first = await time(count);
  while (loops === undefined && first < shortestRun) {
    count = nextCount(count, first);
    first = await time(count);
  }
  const times = [first];
  while (times.length < runs) times.push(await time(count));
  return report(
    times.map((total) => total / count),
    count,
  );
}

/** More loops, in steps of a power of ten, that should take long enough. */
function nextCount(count: number, time: number): number {
  const factor = 10 ** Math.max(1, Math.ceil(Math.log10(shortestRun / Math.max(time, 0.01))) - 1);
  return count * Math.min(factor, 1000);
}

function readOptions(options: string): { loops: number | undefined; runs: number } {
  let loops: number | undefined;
  let runs = usualRuns;
  const words = splitWords(options.replace(/(-[a-z])(\d)/g, '$1 $2'));
  for (let index = 0; index < words.length; index += 2) {
    const value = Number(words[index + 1]);
    if (!(value >= 1)) throw new MagicError(`%timeit ${words[index]} takes a number, 1 or more`);
    if (words[index] === '-n') loops = value;
    else if (words[index] === '-r') runs = value;
    else throw new MagicError(`%timeit knows -n loops and -r runs, not ${words[index]}`);
  }
  return { loops, runs };
}
