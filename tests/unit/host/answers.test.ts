// What a person is told about code, by who knows it and by when.
import { describe, expect, test } from '@jest/globals';
import type { Completions, MimeBundle } from '../../../src';
import { Answers, type AnswersOptions } from '../../../src/host/answers';

const never = new Promise<never>(() => {});
const completions = (...texts: string[]): Completions => ({
  start: 0,
  end: 0,
  items: texts.map((text) => ({ text, kind: 'instance' })),
});
const plain = (text: string): MimeBundle => ({ 'text/plain': text });

interface Knowledge {
  /** The language worker has read the libraries. */
  isWarm?: boolean;
  /** It reads them again. */
  isComingBack?: boolean;
  /** What it says; when absent it takes for ever. */
  typed?: string;
  /** What the compiler says; when absent nothing. */
  untyped?: string;
  /** What the value is; when absent there is none. */
  value?: string;
}

function ask({ isWarm = false, isComingBack = false, typed, untyped, value }: Knowledge) {
  const started: string[] = [];
  const execution: AnswersOptions['execution'] = {
    members: async () => [],
    preview: async () => (value === undefined ? undefined : plain(value)),
  };
  const compiler: AnswersOptions['compiler'] = {
    checkCompleteness: () => (untyped === undefined ? undefined : { status: 'complete' }),
    complete: () => (untyped === undefined ? undefined : { completions: completions(untyped) }),
    names: new Map([['total', 'let']]),
    valueAt: () => ['total'],
  };
  const language: AnswersOptions['language'] = {
    isWarm,
    isComingBack,
    start: () => started.push('start'),
    checkCompleteness: async () => ({ status: 'unknown' }),
    complete: () => (typed === undefined ? never : Promise.resolve({ completions: completions(typed) })),
    inspect: (source) => {
      if (source === 'totel') return Promise.resolve({});
      return typed === undefined ? never : Promise.resolve({ data: plain(typed) });
    },
  };
  const answers = new Answers({ compiler, language, execution });
  const complete = async () => (await answers.complete('a', 1)).items.map(({ text }) => text);
  return { answers, complete, started };
}

describe('a completion', () => {
  test('comes without types before these were read, which are read then', async () => {
    const { complete, started } = ask({ untyped: 'name' });
    expect([await complete(), started]).toEqual([['name'], []]);
    await new Promise(setImmediate);
    expect(started).toEqual(['start']);
  });

  test('waits for types where nothing else is known', async () => {
    expect(await ask({ typed: 'type' }).complete()).toEqual(['type']);
    expect(await ask({ typed: 'type', isWarm: true, untyped: 'name' }).complete()).toEqual(['type']);
  });

  test('does not wait long for types that were read', async () => {
    expect(await ask({ isWarm: true, untyped: 'name' }).complete()).toEqual(['name']);
  });
});

describe('a hover', () => {
  test('has the value while types are read again, unless these come first', async () => {
    const place = ['total', 1, 0] as const;
    expect(await ask({ isComingBack: true, value: '42' }).answers.inspect(...place)).toEqual(plain('42'));
    expect(await ask({ isComingBack: true, typed: 'number' }).answers.inspect(...place)).toEqual(
      plain('number'),
    );
  });
});

test('whether a cell is finished says the compiler, or the language worker', async () => {
  expect(await ask({ untyped: '' }).answers.checkCompleteness('1')).toEqual({ status: 'complete' });
  expect(await ask({}).answers.checkCompleteness('1')).toEqual({ status: 'unknown' });
});

describe('what a cell asks about', () => {
  const question = (subject: string) => ({ kind: 'question', subject, detail: 0 }) as const;

  test('is answered on one page, in front of the rest', async () => {
    const { answers } = ask({ typed: 'number' });
    const leave = { kind: 'leave' } as const;
    expect(await answers.fill([question('a'), leave, question('b')], () => {})).toEqual([
      { kind: 'page', data: plain('number\n\nnumber') },
      leave,
    ]);
  });

  test('and nobody knows is said in the cell, with a name that may be meant', async () => {
    const printed: string[] = [];
    const { answers } = ask({});
    expect(await answers.fill([question('totel')], (text) => printed.push(text))).toEqual([]);
    expect(printed).toEqual(['Nothing is known of totel. Did you mean total?\n']);
  });
});
