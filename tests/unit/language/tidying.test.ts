// When the language worker collects its garbage: between bursts of work, where it is worth it.
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Tidying } from '../../../src/language/tidying';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const megabyte = 2 ** 20;

/** A heap of 60 MB, of which 20 are garbage. */
function open() {
  const heap = { used: 60 * megabyte, collections: 0, isBusy: false };
  const tidying = new Tidying(() => heap.isBusy, {
    size: () => heap.used,
    collect() {
      heap.collections++;
      heap.used = 40 * megabyte;
    },
  });
  return { heap, tidying };
}

test('after the last work of a burst, once', () => {
  const { heap, tidying } = open();
  for (let work = 0; work < 20; work++) {
    tidying.note();
    jest.advanceTimersByTime(500);
    expect(heap.collections).toBe(0);
  }
  jest.advanceTimersByTime(60_000);
  expect(heap.collections).toBe(1);
});

test('again when there is enough again', () => {
  const { heap, tidying } = open();
  tidying.note();
  jest.advanceTimersByTime(10_000);
  heap.used += 5 * megabyte;
  tidying.note();
  jest.advanceTimersByTime(10_000);
  expect(heap.collections).toBe(1);
  heap.used += 10 * megabyte;
  tidying.note();
  jest.advanceTimersByTime(10_000);
  expect(heap.collections).toBe(2);
});

test('not before the work is done', () => {
  const { heap, tidying } = open();
  heap.isBusy = true;
  tidying.note();
  jest.advanceTimersByTime(60_000);
  expect(heap.collections).toBe(0);
  heap.isBusy = false;
  jest.advanceTimersByTime(2000);
  expect(heap.collections).toBe(1);
});
