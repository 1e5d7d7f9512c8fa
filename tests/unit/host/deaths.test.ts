// What cells are told when their thread has ended.
import { describe, expect, test } from '@jest/globals';
import { describeDeath } from '../../../src/host/deaths';

const death = { code: 1 } as Parameters<typeof describeDeath>[1];

describe('of a thread that had no memory left', () => {
  test.each(['memory', 'group'] as const)('one cell is told that it was that one (%s)', (end) => {
    const { name, message } = describeDeath(end, death);
    expect([name, message]).toEqual(['OutOfMemory', expect.stringMatching(/^the cell used up the memory/)]);
  });

  test.each(['memory', 'group'] as const)('cells of several lanes, that it was one of them (%s)', (end) => {
    expect(describeDeath(end, death, 2).message).toMatch(
      /^one of the 2 cells that were running used up the memory/,
    );
  });
});
