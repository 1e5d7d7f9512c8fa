// What is said of a module that is not found.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { explainMissing } from '../../../../src/execution/modules/missing';

const directory = mkdtempSync(join(tmpdir(), 'tskernel-missing-'));
afterAll(() => rmSync(directory, { recursive: true }));
const places = { directory, project: undefined };

/** What Node says of `./what.ts` that an import took for `./what`. */
const missing = (name: string) => ({
  code: 'ERR_MODULE_NOT_FOUND',
  message: `Cannot find module '${join(directory, name)}' imported from ${join(directory, 'notebook.mts')}`,
});

describe('a file whose name has signs of an address', () => {
  test('is told how an import names it', () => {
    if (process.platform === 'win32') return;
    writeFileSync(join(directory, 'why?.ts'), '');
    writeFileSync(join(directory, 'no#1.ts'), '');
    expect(explainMissing(missing('why'), places)?.hints).toEqual([
      "In an import, %, ? and # of a file's name are written %25, %3F and %23: import … from './why%3F.ts'",
    ]);
    expect(explainMissing(missing('no'), places)?.hints[0]).toContain("'./no%231.ts'");
  });

  test('that is no address at all is told the same', () => {
    const error = { code: undefined, message: 'URI malformed', input: `file://${directory}/100%.ts` };
    expect(explainMissing(error, places)).toEqual({
      message: "The address '100%.ts' is malformed",
      hints: [expect.stringContaining("'./100%25.ts'")],
    });
    expect(explainMissing({ code: undefined, message: 'URI malformed' }, places)).toBeUndefined();
  });
});
