// What Node's own exceptions say, and that nothing of the user's runs for it.
import { expect, test } from '@jest/globals';
import { isException, readProperty } from '../../../src/realm/exceptions';

test('a DOMException is one, and says what it is', () => {
  const gone = new DOMException('it is gone', 'AbortError');
  expect([isException(gone), readProperty(gone, 'name'), readProperty(gone, 'message')]).toEqual([
    true,
    'AbortError',
    'it is gone',
  ]);
  expect([isException(new RangeError('far')), isException({ message: 'far' })]).toEqual([true, false]);
});

test('what only has the prototype of one says nothing', () => {
  const odd = Object.create(DOMException.prototype) as object;
  expect([readProperty(odd, 'name'), readProperty(odd, 'message')]).toEqual([undefined, undefined]);
});

test('an accessor of the user does not run', () => {
  let ran = 0;
  class Odd extends DOMException {
    override get message() {
      return `${++ran}`;
    }
  }
  expect([readProperty(new Odd(), 'message'), ran]).toEqual([undefined, 0]);
});
