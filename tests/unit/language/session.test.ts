// The order in which the language worker does things: a cell that waits to be compiled comes first.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { LanguageSession } from '../../../src/language/session';
import {
  type LanguageEvent,
  type LanguageRequest,
  sharedAwaited,
} from '../../../src/threads/language-protocol';
import type { Reply } from '../../../src/threads/requests';

const directory = mkdtempSync(join(tmpdir(), 'notebook-'));

function openSession(beforeChecks = 0, areTaken = () => false) {
  const waiting = sharedAwaited();
  const heard: string[] = [];
  const notes = { warm: 0 };
  const post = (message: Reply | LanguageEvent) => {
    if (message.kind === 'warm') notes.warm++;
    else heard.push('id' in message ? `${message.kind} ${message.id}` : message.kind);
  };
  const session = new LanguageSession(
    { directory, waiting: waiting.buffer as SharedArrayBuffer, observes: false, areTaken },
    post,
    beforeChecks,
  );
  const compile = (id: number, source: string): LanguageRequest => ({
    kind: 'compile',
    id,
    cell: id,
    label: `Cell [${id}]`,
    source,
    settings: { dispatch: 'auto', types: 'warn' },
  });
  const announce = () => Atomics.add(waiting, 0, 1);
  const quiet = () => new Promise<void>((resolve) => session.whenQuiet(resolve));
  return { session, heard, notes, compile, announce, quiet };
}

test('a cell is compiled at once, and looked at afterwards', async () => {
  const { session, heard, compile, announce, quiet } = openSession();
  announce();
  session.receive(compile(1, 'const a: string = 1'));
  expect(heard).toEqual(['answered 1']);
  await quiet();
  expect(heard).toEqual(['answered 1', 'checked']);
});

test('that TypeScript has been read is told once', async () => {
  const { session, notes, compile, announce, quiet } = openSession();
  for (const id of [1, 2]) {
    announce();
    session.receive(compile(id, 'const a: string = 1'));
    expect(notes.warm).toBe(id - 1);
    await quiet();
    expect(notes.warm).toBe(1);
  }
});

test.each(['// nothing', '!ls', '%%html\n<b>text</b>', ''])(
  'a cell without code is checked without reading TypeScript’s libraries: %p',
  async (source) => {
    const { session, heard, notes, quiet } = openSession();
    const label = 'Cell [1]';
    session.receive({ kind: 'begun', cell: 1, label, source, values: [], types: 'warn' });
    session.receive({ kind: 'check', id: 1, cell: 1 });
    expect(heard).toEqual(['checked', 'answered 1']);
    await quiet();
    expect(notes.warm).toBe(0);
  },
);

test('a question gives way to a cell, and is answered after it', async () => {
  const { session, heard, compile, announce, quiet } = openSession();
  announce();
  session.receive({ kind: 'complete', id: 1, source: 'Math.', offset: 5 });
  session.receive({ kind: 'inspect', id: 2, source: 'Math', offset: 2, detail: 0 });
  expect(heard).toEqual([]);
  session.receive(compile(3, '1'));
  expect(heard).toEqual(['answered 3']);
  await quiet();
  expect(heard).toEqual(['answered 3', 'answered 1', 'answered 2', 'checked']);
});

test('a check that somebody waits for does not wait for a pause between cells', async () => {
  const minutes = 1e6;
  const { session, heard, compile, announce, quiet } = openSession(minutes);
  for (const id of [1, 2]) {
    announce();
    session.receive(compile(id, `const a${id}: string = ${id}`));
  }
  session.receive({ kind: 'check', id: 3, cell: 2 });
  await quiet();
  expect(heard).toEqual(['answered 1', 'answered 2', 'checked', 'answered 3']);
});

test('cells that follow each other are compiled before any is looked at, and all are looked at', async () => {
  const { session, heard, compile, announce, quiet } = openSession();
  for (let id = 1; id <= 20; id++) announce();
  for (let id = 1; id <= 20; id++) session.receive(compile(id, `const a${id}: string = ${id}`));
  await quiet();
  expect(heard.slice(0, 20).every((message) => message.startsWith('answered'))).toBe(true);
  expect(heard.slice(20)).toEqual(Array.from({ length: 20 }, () => 'checked'));
});

test('whether a text is complete is answered without looking at types', () => {
  const { session, heard, announce } = openSession();
  announce();
  session.receive({ kind: 'completeness', id: 1, source: 'if (true) {' });
  expect(heard).toEqual(['answered 1']);
});

test('a restart drops what has not been looked at', async () => {
  const { session, heard, compile, announce, quiet } = openSession();
  announce();
  session.receive(compile(1, 'const a: string = 1'));
  session.receive({ kind: 'forget' });
  await quiet();
  expect(heard).toEqual(['answered 1']);
});

test('with types as errors, a long chain of cells without a pause is checked all the same', async () => {
  const { session, heard, compile, announce, quiet } = openSession();
  const strict = (id: number, source: string): LanguageRequest => ({
    ...(compile(id, source) as Extract<LanguageRequest, { kind: 'compile' }>),
    settings: { dispatch: 'auto', types: 'error' },
  });
  announce();
  session.receive(strict(1, 'const v1 = 1'));
  for (let id = 2; id <= 80; id++) {
    announce();
    session.receive(strict(id, `const v${id} = v${id - 1} + 1`));
  }
  await quiet();
  const answers = heard.filter((message) => message !== 'checked');
  expect(answers).toEqual(Array.from({ length: 80 }, (_, index) => `answered ${index + 1}`));
});

test('a check that nobody waits for gives way while the processors have something else to do', async () => {
  let isTaken = true;
  const { session, heard, compile, announce, quiet } = openSession(0, () => isTaken);
  announce();
  session.receive(compile(1, 'const a: string = 1'));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(heard).toEqual(['answered 1']);
  isTaken = false;
  await quiet();
  expect(heard).toEqual(['answered 1', 'checked']);
});

test('who asks for it does not wait for that', async () => {
  let [isAsked, looks] = [false, 0];
  const { session, heard, compile, announce, quiet } = openSession(0, () => {
    if (isAsked && !heard.includes('answered 2')) looks++;
    return true;
  });
  announce();
  session.receive(compile(1, 'const a: string = 1'));
  session.receive({ kind: 'check', id: 2, cell: 1, isShown: false } as LanguageRequest);
  isAsked = true;
  await quiet();
  expect(heard).toEqual(['answered 1', 'answered 2']);
  // What the processors do was not even asked.
  expect(looks).toBe(0);
});
