// Where the hooks go, by the version of Node.
import { describe, expect, test } from '@jest/globals';
import { hasSoundHooks } from '../../../../src/execution/modules/loader';

describe('hooks in the user’s thread', () => {
  test.each([
    ['20.20.2', false],
    ['22.15.0', false],
    ['22.22.3', true],
    ['23.11.0', false],
    ['24.2.0', false],
    ['24.11.1', true],
    ['25.0.0', false],
    ['25.1.0', true],
    ['26.0.0', true],
    ['27.0.0-pre', true],
  ])('Node %s: %s', (version, sound) => {
    expect(hasSoundHooks(version)).toBe(sound);
  });
});
