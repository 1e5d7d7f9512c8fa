// What the systems print of their processes, and who of them belongs to whom.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import {
  endFamily,
  familyOf,
  findWaitedFor,
  listProcesses,
  parseCim,
  parsePs,
  parseStat,
} from '../../../src/system/processes';

describe('what is printed', () => {
  const stat = (name: string, state: string) =>
    `123 (${name}) ${state} 45 67 67 0 -1 4194304 0 0 0 0 1 2 0 0 20 0 1 0 98765 0 0`;

  test('by Linux, whatever the program is called', () => {
    for (const name of ['sh', 'a b', 'x) R 1 2', '(', 'two\nlines'])
      expect(parseStat(stat(name, 'S'))).toEqual({ id: 123, parent: 45, group: 67, startedAt: 987_650 });
  });

  test('by Linux of one that has ended', () => {
    for (const state of ['Z', 'X']) expect(parseStat(stat('sh', state))).toBeUndefined();
  });

  test('by ps', () => {
    const own = process.pid;
    const printed = [
      `    1     0     1 Ss   Sat Nov 28 12:29:24 2026`,
      `${own}     1 ${own} S+   Sat Nov 28 12:30:00 2026`,
      `  456 ${own} ${own} R    Sat Nov 28 12:30:07 2026    `,
      `  457 ${own} ${own} Z+   Sat Nov 28 12:30:07 2026`,
      '',
    ].join('\n');
    expect(parsePs(printed)).toEqual([
      { id: 1, parent: 0, group: 1, startedAt: -36_000 },
      { id: own, parent: 1, group: own, startedAt: 0 },
      { id: 456, parent: own, group: own, startedAt: 7000 },
    ]);
  });

  test('by Windows, which gives the ids of dead processes to new ones', () => {
    const own = process.pid;
    const printed = `0 0 0\r\n4 0 1000\r\n${own} 4 5000\r\n700 ${own} 6000\r\n701 ${own} 4000\r\n`;
    // 701 was the child of one that had our id before.
    expect(parseCim(printed).map(({ id, startedAt }) => [id, startedAt])).toEqual([
      [0, -5000],
      [4, -4000],
      [own, 0],
      [700, 1000],
    ]);
  });
});

describe('a family', () => {
  const born = (id: number, parent: number) => ({ id, parent, group: 1, startedAt: 0 });

  test('is a process and all that come of it, in whatever order they are listed', () => {
    const all = [born(5, 4), born(4, 2), born(3, 1), born(2, 1), born(9, 8)];
    expect(familyOf([2], all).sort()).toEqual([2, 4, 5]);
    expect(familyOf([3, 9], all).sort()).toEqual([3, 9]);
  });

  test.each([
    ['sleep 1000 & echo $!; wait', 'what obeys'],
    ['trap "" INT; (while true; do sleep 1; done) & echo $!; wait', 'what does not'],
  ])('goes as one: %s', async (script) => {
    const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [text] = (await once(child.stdout, 'data')) as [Buffer];
    void endFamily(child.pid!);
    await once(child, 'exit');
    await expect(untilGone(Number(text))).resolves.toBe(true);
  });

  test('is waited for when it began with the wait', async () => {
    const earlier = spawn('sleep', ['1000']);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    const since = process.uptime() * 1000;
    const later = spawn('sleep', ['1000']);
    expect(await findWaitedFor(since)).toEqual([later.pid]);
    for (const child of [earlier, later]) child.kill();
  });
});

async function untilGone(id: number): Promise<boolean> {
  for (let look = 0; look < 100; look++) {
    if (!(await listProcesses()).some((one) => one.id === id)) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}
