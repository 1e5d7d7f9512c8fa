// To be imported first by tests of the thread of the cells: at its end it ends what the process has started, and in a test that
// would be jest's own helpers.
import { jest } from '@jest/globals';

jest.mock('../../../src/system/processes', () => ({
  endGroup: async () => undefined,
  findWaitedFor: async () => [],
  signalAll: async () => undefined,
}));
