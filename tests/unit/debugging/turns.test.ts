// What must not overlap.
import { expect, test } from '@jest/globals';
import { Turns } from '../../../src/debugging/turns';

test('one thing begins when the one before has ended, also by an error', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const first = turns.take(async () => {
    await null;
    done.push('first');
    throw new Error('broken');
  });
  const second = turns.take(async () => done.push('second'));
  await expect(first).rejects.toThrow('broken');
  await second;
  expect(done).toEqual(['first', 'second']);
});

test('who begins anew does not wait for what never ends', async () => {
  const turns = new Turns();
  void turns.take(() => new Promise(() => {}));
  turns.restart();
  expect(await turns.take(async () => 'done')).toBe('done');
});
