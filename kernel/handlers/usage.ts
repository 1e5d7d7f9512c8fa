// usage_request: what the kernel and the machine, or its container, use, for the resource panel of jupyter-resource-usage, whose message it is.
import { cpus, freemem, hostname } from 'node:os';
import { readMemory } from '../../src';
import type { Usage } from '../messages';
import type { Handlers } from '../requests';

/** Shares are measured from one request to the next. */
export function usageHandlers(read: typeof readMemory = readMemory): Pick<Handlers, 'usage_request'> {
  let before = measure();
  return {
    usage_request(): Usage {
      const now = measure();
      const { total, available, isGroup } = read();
      const used = total - available;
      const usage: Usage = {
        hostname: hostname(),
        pid: process.pid,
        kernel_cpu: percent(now.kernel - before.kernel, now.time - before.time),
        kernel_memory: process.memoryUsage.rss(),
        cpu_count: cpus().length,
        host_cpu_percent: percent(now.busy - before.busy, now.all - before.all),
        host_virtual_memory: {
          total,
          available,
          used,
          free: isGroup ? available : freemem(),
          percent: percent(used, total),
        },
      };
      before = now;
      return usage;
    },
  };
}

/** Times in milliseconds: of the clock, of this process on all processors, of all processes. */
function measure(): { time: number; kernel: number; busy: number; all: number } {
  const { user, system } = process.cpuUsage();
  let all = 0;
  let idle = 0;
  for (const { times } of cpus()) {
    all += times.user + times.nice + times.sys + times.irq + times.idle;
    idle += times.idle;
  }
  return { time: performance.now(), kernel: (user + system) / 1000, busy: all - idle, all };
}

/** Rounded to one decimal; 0 when nothing was measured yet. */
function percent(part: number, whole: number): number {
  return whole > 0 ? Math.round((1000 * part) / whole) / 10 : 0;
}
