// What is told of code that V8 has ended: its time was over, or its thread was.
import { afterEach, expect, jest, test } from '@jest/globals';
import { Realm } from '../../../src/debugging/realm';
import type { Target } from '../../../src/debugging/target';

afterEach(() => {
  jest.restoreAllMocks();
});

/** What a hover is told when V8 ends it after that many milliseconds. */
const endAfter = async (elapsed: number): Promise<string> => {
  const now = jest.spyOn(performance, 'now').mockReturnValue(1000);
  const target: Target = {
    call: () => {
      now.mockReturnValue(1000 + elapsed);
      return Promise.reject(new Error('Execution was terminated'));
    },
    post: () => Promise.resolve(),
    on: () => () => undefined,
  };
  const realm = new Realm(target, {
    evaluations: {
      begin: () => {},
      beginSending: () => {},
      endSending: () => {},
      end: () => undefined,
      cutOff: () => false,
      passOn: () => {},
    },
    isPaused: () => false,
    evaluateAnywhere: (evaluate) => evaluate(),
  });
  const evaluated = realm.evaluate('1', { group: '', isPure: true });
  return evaluated.then(
    () => 'nothing',
    (error: Error) => error.message,
  );
};

test('a hover has a second, and V8 may count that half a millisecond short', async () => {
  for (const elapsed of [999.4, 1000, 1004]) expect(await endAfter(elapsed)).toMatch(/^It ran for 1 second/);
});

test('what is ended before was ended with its thread', async () => {
  expect(await endAfter(400)).toBe('The thread of the cells has ended.');
});
