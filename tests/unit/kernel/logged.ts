// Keeps the kernel's log out of the test report, and lets tests read it. The log writes to the real stderr, file 2.
import fs from 'node:fs';
import { afterAll, beforeEach, jest } from '@jest/globals';

/** Lines that were logged since the test began. */
export const logged: string[] = [];

const writeSync = fs.writeSync.bind(fs) as (...parameters: unknown[]) => number;
const spy = jest.spyOn(fs, 'writeSync').mockImplementation((...parameters: unknown[]) => {
  if (parameters[0] !== 2) return writeSync(...parameters);
  logged.push(String(parameters[1]).replace(/^\[tskernel\] |\n$/g, ''));
  return 0;
});
beforeEach(() => {
  logged.length = 0;
});
afterAll(() => spy.mockRestore());
