// Signals for a process and what it has started, as Ctrl-C in a terminal would send them.

/**
 * Signals all descendants of a process, and the process itself unless it is this one.
 * @param root the id of the process
 */
export async function signalFamily(root: number, signal: NodeJS.Signals): Promise<void> {
  // Rarely needed, and slow to load.
  const { execFile } = await import('node:child_process');
  const lister = execFile('ps', ['-A', '-o', 'pid=,ppid='], (_error, stdout) => {
    const family = new Set([root]);
    // A child may be listed before its parent, so look until nobody is added.
    const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
    for (let size = 0; size !== family.size; ) {
      size = family.size;
      for (const [child = 0, parent = 0] of pairs) if (family.has(parent)) family.add(child);
    }
    for (const member of family) {
      if (member === process.pid || member === lister.pid) continue;
      try {
        process.kill(member, signal);
      } catch {
        // It ended in the meantime.
      }
    }
  });
}
