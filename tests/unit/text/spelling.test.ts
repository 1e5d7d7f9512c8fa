// Names that may have been meant.
import { describe, expect, test } from '@jest/globals';
import { misspelled, nearest } from '../../../src/text/spelling';

describe('nearest names', () => {
  test('best first: letters left out, added, replaced, or part of it', () => {
    expect(nearest('greting', ['greeting', 'other', 'greetings', 'green'])).toEqual([
      'greeting',
      'greetings',
    ]);
    expect(nearest('chunk', ['chunkBy', 'Chunk', 'map'])).toEqual(['Chunk', 'chunkBy']);
  });

  test('none when nothing is near', () => {
    expect(nearest('foo', ['bar', 'bazaar'])).toEqual([]);
  });
});

describe('misspellings', () => {
  test.each([
    ['sf', ['fs'], ['fs']],
    ['pth', ['path', 'fs'], ['path']],
    ['uuid', ['util'], []],
    ['fs-extra', ['fs'], []],
  ])('%s', (written, names, meant) => {
    expect(misspelled(written, names)).toEqual(meant);
  });
});
