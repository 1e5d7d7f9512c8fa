// Whether a client is still there: it is asked when it has been silent for long, or when another one comes.
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Connection } from 'vscode-languageserver';
import { Presence } from '../../../src/lsp/presence';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const patience = { silence: 1000, answer: 100 };

function start() {
  const asked: string[] = [];
  let left = 0;
  const connection = {
    sendRequest: (method: string) => {
      asked.push(method);
      return Promise.resolve(null);
    },
  } as unknown as Connection;
  const presence = new Presence(connection, () => void left++, patience);
  return { asked, presence, left: () => left };
}

test('who is silent for long is asked, and is gone without an answer', () => {
  const { asked, left } = start();
  jest.advanceTimersByTime(999);
  expect(asked).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(asked).toEqual(['$/alive']);
  jest.advanceTimersByTime(99);
  expect(left()).toBe(0);
  jest.advanceTimersByTime(1);
  expect(left()).toBe(1);
});

test('who says anything is there', () => {
  const { asked, presence, left } = start();
  presence.ask();
  jest.advanceTimersByTime(99);
  presence.heard();
  jest.advanceTimersByTime(999);
  expect(left()).toBe(0);
  expect(asked).toEqual(['$/alive']);
  jest.advanceTimersByTime(1);
  expect(asked).toEqual(['$/alive', '$/alive']);
});

test('who has been asked is not asked again, and does not get more time by that', () => {
  const { asked, presence, left } = start();
  presence.ask();
  jest.advanceTimersByTime(50);
  presence.ask();
  expect(asked).toEqual(['$/alive']);
  jest.advanceTimersByTime(50);
  expect(left()).toBe(1);
});
