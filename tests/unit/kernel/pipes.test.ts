import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { leavePipes, takePipes } from '../../../kernel/pipes';

const scratch = mkdtempSync(join(tmpdir(), 'tskernel-pipes-test-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition() && tries < 200; tries++) await new Promise((done) => setTimeout(done, 20));
  expect(condition()).toBe(true);
}
const spares = (directory: string) => readdirSync(directory).filter((name) => name.startsWith('spare-'));

describe('a pair of named pipes', () => {
  test('is made where none has been left, with those for the next kernels', () => {
    const directory = join(scratch, 'nowhere');
    const pair = takePipes(directory)!;
    expect(pair.startsWith(directory)).toBe(false);
    for (const name of ['stdout', 'stderr']) {
      const { mode } = statSync(join(pair, name));
      expect([mode & 0o170000, mode & 0o777]).toEqual([0o010000, 0o600]);
    }
    rmSync(pair, { recursive: true });
    expect(spares(directory)).toHaveLength(4);
    expect(statSync(join(takePipes(directory)!, 'stderr')).isFIFO()).toBe(true);
    expect(spares(directory)).toHaveLength(3);
  });

  test('is left for the next kernel, with a few more, and taken by one', async () => {
    const directory = join(scratch, 'left');
    leavePipes(directory);
    await until(() => spares(directory).length === 4);
    leavePipes(directory);
    expect(readdirSync(directory)).toHaveLength(4);
    const pairs = spares(directory).map(() => takePipes(directory)!);
    expect(new Set(pairs).size).toBe(4);
    for (const pair of pairs) expect(statSync(join(pair, 'stderr')).isFIFO()).toBe(true);
    expect(spares(directory)).toEqual([]);
    // A kernel may be about to open them.
    leavePipes(directory);
    for (const pair of pairs) expect(existsSync(pair)).toBe(true);
    await until(() => spares(directory).length === 4);
  });

  test('is made all the same where the directory cannot be written or read', () => {
    leavePipes(join(process.execPath, 'under-a-file'));
    const pair = takePipes(process.execPath)!;
    expect(statSync(join(pair, 'stdout')).isFIFO()).toBe(true);
    rmSync(pair, { recursive: true });
  });
});
