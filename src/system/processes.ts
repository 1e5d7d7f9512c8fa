// The processes that this one has started: signalled as Ctrl-C in a terminal would, ended as the end of a session would.
// Rule: each system is asked in its own way, /proc on Linux, `ps` on macOS, PowerShell and taskkill on Windows. Where that
// does not work, none are found and nothing is signalled (`tskernel doctor` says so).
import { readdirSync, readFileSync } from 'node:fs';

export interface SystemProcess {
  readonly id: number;
  readonly parent: number;
  /** Its process group. Windows has none: 0. */
  readonly group: number;
  /** In milliseconds after the start of this process; macOS counts whole seconds. */
  readonly startedAt: number;
}

const isWindows = process.platform === 'win32';

/** How far the start of a child may be off, in milliseconds: this process began a little before its Node did. */
const startTolerance = process.platform === 'linux' ? 100 : 1000;
/** How long an interrupted program may take to end, in milliseconds. */
const familyPatience = 2000;
/** How long to wait before looking whether processes have ended, in milliseconds, one time after the other. */
const looks = [10, 20, 40, 80, 150, 300];

/** All processes that can be seen, those left out that have ended and whose parent has not asked. Empty where none can. */
export async function listProcesses(): Promise<readonly SystemProcess[]> {
  try {
    if (isWindows)
      return parseCim(await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', cim]));
    return readProc() ?? parsePs(await run('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,lstart=']));
  } catch {
    return [];
  }
}

/**
 * Ends a process and all that it has started: as Ctrl-C would, and what is left of them by force after two seconds.
 * Resolves when they are signalled for the last time.
 */
export async function endFamily(root: number): Promise<void> {
  // The signals of Windows are all the same, and the system finds the family itself.
  const family = isWindows ? [root] : familyOf([root], await listProcesses());
  await signalAll(family, 'SIGINT');
  if (isWindows) return;
  await new Promise((resolve) => setTimeout(resolve, familyPatience).unref());
  // Whoever is left may have lost its parent by now.
  const alive = new Set((await listProcesses()).map(({ id }) => id));
  await signalAll(
    family.filter((id) => alive.has(id)),
    'SIGKILL',
  );
}

/**
 * The children of this process that began when it began to wait, and all that they have started. Others go on: a server
 * that an earlier cell started is not what the user wants to interrupt.
 * @param since in milliseconds after the start of this process
 */
export async function findWaitedFor(since: number): Promise<readonly number[]> {
  const all = await listProcesses();
  const isWaitedFor = ({ parent, startedAt }: SystemProcess) =>
    parent === process.pid && startedAt >= since - startTolerance;
  return familyOf(
    all.filter(isWaitedFor).map(({ id }) => id),
    all,
  );
}

/** Signals processes, this one never. On Windows they and what they have started end. */
export async function signalAll(ids: readonly number[], signal: NodeJS.Signals): Promise<void> {
  const others = ids.filter((id) => id !== process.pid);
  if (isWindows && others.length > 0) {
    // It fails when one of them has ended by itself.
    await run('taskkill', ['/T', '/F', ...others.flatMap((id) => ['/PID', String(id)])]).catch(
      () => undefined,
    );
    return;
  }
  for (const id of others) {
    try {
      process.kill(id, signal);
    } catch {
      // It ended in the meantime.
    }
  }
}

/**
 * Ends what this process has started, first asking, then by force: what is in its group, as a terminal that closes does.
 * What was detached on purpose has a group of its own and stays. On Windows, Node's own children end with it by themselves.
 * Resolves within a second.
 */
export async function endGroup(): Promise<void> {
  if (isWindows) return;
  let left = groupMembers(await listProcesses());
  if (left.length === 0) return;
  await signalAll(left, 'SIGTERM');
  for (const pause of looks) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const alive = new Set((await listProcesses()).map(({ id }) => id));
    left = left.filter((id) => alive.has(id));
    if (left.length === 0) return;
  }
  await signalAll(left, 'SIGKILL');
}

/** The ids of the others in the group of this process that it has started, directly or not. */
function groupMembers(all: readonly SystemProcess[]): number[] {
  const own = all.find(({ id }) => id === process.pid);
  if (!own) return [];
  const family = new Set(familyOf([own.id], all));
  // Those whose parents have ended are children of somebody else by now, but nobody joins a group from outside: except
  // the neighbours in a pipeline, which the shell has started as it has started us.
  const isLost = ({ parent }: SystemProcess) =>
    own.group === own.id && (parent !== own.parent || own.parent === 1);
  return all
    .filter((other) => other.group === own.group && other !== own && (family.has(other.id) || isLost(other)))
    .map(({ id }) => id);
}

/** @returns the roots, and all that they have started */
export function familyOf(roots: readonly number[], all: readonly SystemProcess[]): number[] {
  const family = new Set(roots);
  // A child may be listed before its parent, so look until none is added.
  for (let size = -1; size !== family.size; ) {
    size = family.size;
    for (const { id, parent } of all) if (family.has(parent)) family.add(id);
  }
  return [...family];
}

/** @returns undefined where there is no /proc that may be read */
function readProc(): readonly SystemProcess[] | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const own = parseStat(readFileSync('/proc/self/stat', 'utf8'))!;
    return readdirSync('/proc').flatMap((entry) => {
      if (!/^\d+$/.test(entry)) return [];
      try {
        const found = parseStat(readFileSync(`/proc/${entry}/stat`, 'utf8'));
        return found ? [{ ...found, startedAt: found.startedAt - own.startedAt }] : [];
      } catch {
        // It ended in the meantime.
        return [];
      }
    });
  } catch {
    return undefined;
  }
}

/**
 * A line of /proc/N/stat (proc(5)); the name, which may be anything, stands in parentheses.
 * @returns undefined for a process that has ended; otherwise its start is in milliseconds after that of the machine
 */
export function parseStat(line: string): SystemProcess | undefined {
  const [state = '', ...numbers] = line.slice(line.lastIndexOf(')') + 2).split(' ');
  if (/[ZXx]/.test(state)) return undefined;
  const [parent = 0, group = 0] = numbers.map(Number);
  // Field 22 in hundredths of a second, which is what programs are told on every Linux.
  return { id: Number.parseInt(line, 10), parent, group, startedAt: Number(numbers[18]) * 10 };
}

/** What `ps` prints, the start in words of the locale C. */
export function parsePs(text: string): readonly SystemProcess[] {
  const all = text.split('\n').flatMap((line) => {
    const [, id, parent, group, state = '', start = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*\S)/.exec(line) ?? [];
    if (id === undefined || state.startsWith('Z')) return [];
    return [{ id: Number(id), parent: Number(parent), group: Number(group), startedAt: Date.parse(start) }];
  });
  return sinceOwn(all);
}

/** Id, parent, and the start in milliseconds. */
const cim =
  "Get-CimInstance Win32_Process | ForEach-Object { '{0} {1} {2}' -f $_.ProcessId, $_.ParentProcessId, [long]($_.CreationDate.Ticks / 10000) }";

/** What PowerShell prints. An id that a new process was given is no parent of those that are older than that. */
export function parseCim(text: string): readonly SystemProcess[] {
  const all = [...text.matchAll(/^(\d+) (\d+) (\d+)\s*$/gm)].map(([, id, parent, startedAt]) => ({
    id: Number(id),
    parent: Number(parent),
    group: 0,
    startedAt: Number(startedAt),
  }));
  const starts = new Map(all.map(({ id, startedAt }) => [id, startedAt]));
  return sinceOwn(all.filter(({ parent, startedAt }) => (starts.get(parent) ?? 0) <= startedAt));
}

function sinceOwn(all: readonly SystemProcess[]): readonly SystemProcess[] {
  const start = all.find(({ id }) => id === process.pid)?.startedAt ?? 0;
  return all.map((one) => ({ ...one, startedAt: one.startedAt - start }));
}

/** @returns what a program printed @throws when it could not be started or failed */
async function run(program: string, parameters: readonly string[]): Promise<string> {
  // Rarely needed, and slow to load.
  const { execFile } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    const options = { env: { ...process.env, LC_ALL: 'C' }, windowsHide: true, maxBuffer: 2 ** 26 };
    execFile(program, parameters, options, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}
