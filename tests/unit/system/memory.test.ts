import { expect, test } from '@jest/globals';
import { readMemory } from '../../../src/system/memory';

const system = { totalmem: () => 1000, freemem: () => 300, availableMemory: () => 400 };

test('the limit of a control group is what the process may take', () => {
  const inGroup = { ...system, constrainedMemory: () => 200, availableMemory: () => 150 };
  expect(readMemory(inGroup)).toEqual({ total: 200, available: 150, isGroup: true });
});

test('Node says that there is none by zero, or by more than the machine has', () => {
  for (const none of [0, 2 ** 64, 1000])
    expect(readMemory({ ...system, constrainedMemory: () => none })).toEqual({
      total: 1000,
      available: 400,
      isGroup: false,
    });
});

test('an older Node knows what the machine has left: not more than the group may take', () => {
  const { totalmem, freemem } = system;
  expect(readMemory({ totalmem, freemem, constrainedMemory: () => 200 }).available).toBe(200);
});
