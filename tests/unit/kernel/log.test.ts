// What the log says of an error.
import { expect, test } from '@jest/globals';
import { readConnection } from '../../../kernel/connection';
import { describeError } from '../../../kernel/log';

test('an error has its causes beside it', () => {
  const bottom = new Error('disk full');
  const error = new Error('cannot save', { cause: new Error('cannot write', { cause: bottom }) });
  expect(describeError(error)).toBe('cannot save (caused by cannot write) (caused by disk full)');
});

test('a cause that the message repeats is not said twice', () => {
  const cause = new Error('ENOENT');
  expect(describeError(new Error('no such file (ENOENT)', { cause }))).toBe('no such file (ENOENT)');
});

test('causes that go round in a circle end', () => {
  const error = new Error('a');
  error.cause = new Error('b', { cause: error });
  expect(describeError(error)).toBe('a (caused by b)');
});

test('what is thrown without being an error is said as text', () => {
  expect(describeError('oops')).toBe('oops');
  expect(describeError(new Error('failed', { cause: 7 }))).toBe('failed (caused by 7)');
});

test('a connection file that cannot be read keeps what the system said', () => {
  let thrown: unknown;
  try {
    readConnection('/nonexistent/kernel.json');
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ name: 'ConnectionError', cause: { code: 'ENOENT' } });
});
