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
  test('is made where none has been left', () => {
    const pair = takePipes(join(scratch, 'nowhere'))!;
    for (const name of ['stdout', 'stderr']) {
      const { mode } = statSync(join(pair, name));
      expect([mode & 0o170000, mode & 0o777]).toEqual([0o010000, 0o600]);
    }
    rmSync(pair, { recursive: true });
  });

  test('is left for the next kernel, one at a time, and taken by one', async () => {
    const directory = join(scratch, 'left');
    leavePipes(directory);
    await until(() => spares(directory).length === 1);
    leavePipes(directory);
    expect(readdirSync(directory)).toHaveLength(1);
    const pair = takePipes(directory)!;
    expect(pair.startsWith(directory)).toBe(true);
    expect(statSync(join(pair, 'stderr')).isFIFO()).toBe(true);
    const other = takePipes(directory)!;
    expect(other.startsWith(directory)).toBe(false);
    rmSync(other, { recursive: true });
    // A kernel may be about to open it.
    leavePipes(directory);
    expect(existsSync(pair)).toBe(true);
  });

  test('is made all the same where the directory cannot be written or read', () => {
    leavePipes(join(process.execPath, 'under-a-file'));
    const pair = takePipes(process.execPath)!;
    expect(statSync(join(pair, 'stdout')).isFIFO()).toBe(true);
    rmSync(pair, { recursive: true });
  });
});
