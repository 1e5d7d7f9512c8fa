import { describe, expect, test } from '@jest/globals';
import { joinSlashed, slashed } from '../../../src/text/slashed';

describe('paths as TypeScript writes them', () => {
  test.each([
    ['C:\\Users\\ada', 'nb.ts', 'C:/Users/ada/nb.ts'],
    ['\\\\server\\share\\nb', '../lib.ts', '//server/share/lib.ts'],
    ['/home/ada', './x/../y.ts', '/home/ada/y.ts'],
    ['//server/share', 'nb', '//server/share/nb'],
  ])('%s and %s', (directory, name, joined) => {
    expect(joinSlashed(slashed(directory), name)).toBe(joined);
  });
});
