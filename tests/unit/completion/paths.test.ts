import { expect, test } from '@jest/globals';
import { startOfName } from '../../../src/completion/paths';

test.each([
  ['da', '/', 0],
  ['sub/da', '/', 4],
  ['sub\\da', '/', 0],
  ['sub\\da', '/\\', 4],
  ['C:\\sub/inner\\d', '/\\', 13],
])('the last name of %s, where %s separates folders', (path, slashes, start) => {
  expect(startOfName(path, slashes)).toBe(start);
});
