// Notices that the process that started the kernel is gone (JPY_PARENT_PID, as jupyter_client's launcher sets it).

const lookInterval = 1000;

/**
 * Calls back once when the manager has died. Does nothing when there is no manager, or when the kernel is a child of
 * process 1 from the start, as in a container.
 * @param variable the manager's process id, JPY_PARENT_PID in the environment.
 */
export function watchParent(variable: string | undefined, gone: () => void): void {
  const manager = Number(variable);
  if (!Number.isInteger(manager) || manager <= 1 || process.ppid === 1) return;
  const windows = process.platform === 'win32';
  // A launcher in between has another id than the manager; then we only see that it died by becoming a child of process 1.
  // On Windows the variable holds a handle, and a parent's id never changes: ask whether it lives.
  const parent = process.ppid;
  const direct = parent === manager;
  const timer = setInterval(() => {
    const dead = windows ? !isAlive(parent) : direct ? process.ppid !== parent : process.ppid === 1;
    if (!dead) return;
    clearInterval(timer);
    gone();
  }, lookInterval);
  timer.unref();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
