// When a cell is told what is wrong with its text, where, and how often: a dialogue of the engine with a language worker.
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Cell, CellError, Checked, ErrorPlace, Outcome, Output } from '../../../src/api';
import { TypeChecks } from '../../../src/host/type-checks';
import type { TypeChecking } from '../../../src/magics/catalog';
import type { Check } from '../../../src/threads/language-protocol';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const check = (text?: string, ...advice: string[]): Check => ({
  diagnostics: [],
  advice,
  ...(text !== undefined && { warnings: { 'text/plain': text } }),
});
const fine: Outcome = { status: 'ok', expressions: {}, payloads: [] };
const failed = (name: string, place?: ErrorPlace): Outcome & { error: CellError } => ({
  status: 'error',
  error: { name, message: '', traceback: [name, 'the lines', 'the frames'], ...(place && { place }) },
});
const place = { line: 1, column: 1, advice: 2 };

/** A notebook whose checks come when the test says so. */
class Notebook {
  /** What was shown beside the outcome of a cell: `cell: text`, and `cell+ text` for what changes in place. */
  readonly shown: string[] = [];
  /** What was asked for, and how to answer. */
  readonly asked: { failure: ErrorPlace | undefined; isShown?: boolean; answer: (check?: Check) => void }[] =
    [];
  readonly checks = new TypeChecks({
    check: (_, failure, isShown = false) =>
      new Promise((answer) => this.asked.push({ failure, isShown, answer })),
    show: (cell, output) => this.shown.push(describeOutput(cell, output)),
  });

  #latest = 0;

  /** @param stale what is told of names that it uses */
  begin(
    id: number,
    { types = 'warn', ...cell }: Partial<Cell> & { types?: TypeChecking } = {},
    stale?: string,
  ): void {
    this.#latest = id;
    const whole = { id, name: '', label: '', source: '', expressions: {}, number: id };
    const noticeOf = () => (stale === undefined ? undefined : check(stale));
    this.checks.begin({ ...whole, wantsResult: true, allowInput: true, ...cell }, types, noticeOf);
  }

  /** Ends the cell that began last. */
  async end(outcome: Outcome = fine): Promise<Outcome & { told: string | undefined }> {
    const ended = await this.checks.end(this.#latest, outcome);
    return { ...ended, told: toldBy(await ended.checked) };
  }
}

const describeOutput = (cell: number, output: Output) =>
  'data' in output
    ? `${cell}${output.kind === 'update' ? '+' : ':'} ${output.data['text/plain']} (${output.displayId})`
    : output.kind;
const toldBy = (checked: Checked | undefined) => {
  if (!checked) return undefined;
  return checked.warnings ? describeOutput(0, checked.warnings) : 'nothing';
};

describe('a cell that ends well', () => {
  test('shows what is known by then with its end, and not before', async () => {
    const notebook = new Notebook();
    notebook.begin(1);
    notebook.checks.receive(1, check('wrong'));
    expect(notebook.shown).toEqual([]);
    expect(await notebook.end()).toMatchObject({ told: '0: wrong (types-run-1)' });
    expect(notebook.shown).toEqual([]);
  });

  test('is not held up: what comes later is shown in it later', async () => {
    const notebook = new Notebook();
    notebook.begin(1);
    expect(await notebook.end()).toMatchObject({ told: undefined });
    notebook.begin(2);
    notebook.checks.receive(1, check('wrong'));
    expect(notebook.shown).toEqual(['1: wrong (types-run-1)']);
  });

  test('has in the same display what is added afterwards, as a hint that the registry had to be asked for', async () => {
    const notebook = new Notebook();
    notebook.begin(1);
    notebook.checks.receive(1, check());
    expect(await notebook.end()).toMatchObject({ told: 'nothing' });
    notebook.checks.receive(1, check('a hint'));
    notebook.checks.receive(1, check('a hint, and another'));
    expect(notebook.shown).toEqual(['1: a hint (types-run-1)', '1+ a hint, and another (types-run-1)']);
  });

  test('that runs for long shows it meanwhile', () => {
    const notebook = new Notebook();
    notebook.begin(1);
    notebook.checks.receive(1, check('wrong'));
    jest.advanceTimersByTime(1000);
    expect(notebook.shown).toEqual(['1: wrong (types-run-1)']);
    notebook.begin(2);
    jest.advanceTimersByTime(1000);
    notebook.checks.receive(2, check('wrong too'));
    expect(notebook.shown.slice(1)).toEqual(['2: wrong too (types-run-2)']);
  });

  test.each([
    ['%types wait', { types: 'wait' as const }],
    ['nobody could answer, or hear of it later', { allowInput: false }],
  ])('waits for its check: %s', async (_, cell) => {
    const notebook = new Notebook();
    notebook.begin(1, cell);
    expect(notebook.checks.isAwaited(1)).toBe(true);
    const ended = notebook.end();
    await Promise.resolve();
    notebook.checks.receive(1, check('never twice'));
    notebook.asked[0]!.answer(check('wrong'));
    expect((await ended).told).toBe('0: wrong (types-run-1)');
    expect(notebook.shown).toEqual([]);
  });

  test('waits no longer when it is interrupted', async () => {
    const notebook = new Notebook();
    notebook.begin(1, { types: 'wait' });
    const ended = notebook.end();
    await Promise.resolve();
    expect(notebook.checks.interrupt()).toBe(true);
    expect((await ended).told).toBeUndefined();
    expect(notebook.checks.interrupt()).toBe(false);
    notebook.asked[0]!.answer(check('wrong'));
    await jest.advanceTimersByTimeAsync(0);
    expect(notebook.shown).toEqual(['1: wrong (types-run-1)']);
  });

  test('is not checked for anybody when it is silent, or without types', async () => {
    const notebook = new Notebook();
    notebook.begin(1, { wantsResult: false });
    notebook.checks.receive(1, check('wrong'));
    notebook.begin(2, { types: 'off', allowInput: false });
    expect(await notebook.end()).toMatchObject({ told: undefined });
    expect([notebook.shown, notebook.asked]).toEqual([[], []]);
  });
});

describe('a cell that fails', () => {
  const end = (notebook: Notebook, error = failed('TypeError', place)) => {
    const ended = notebook.end(error) as Promise<ReturnType<typeof failed> & { told?: string }>;
    return ended.then(({ error, told }) => ({ traceback: error.traceback.join(', '), told }));
  };

  test('is told what the checker knows of the place, below its lines; the rest is a warning', async () => {
    const notebook = new Notebook();
    notebook.begin(1);
    const ended = end(notebook);
    expect(notebook.asked[0]!.failure).toEqual(place);
    notebook.asked[0]!.answer(check('something else', "Did you mean 'console'?"));
    expect(await ended).toEqual({
      traceback: "TypeError, the lines, Did you mean 'console'?, the frames",
      told: '0: something else (types-run-1)',
    });
  });

  test('has no second advice beside the one of the error', async () => {
    const notebook = new Notebook();
    notebook.begin(1);
    const ended = end(notebook, failed('TypeError', { line: 1, column: 1 }));
    notebook.asked[0]!.answer(check(undefined, 'advice'));
    expect(await ended).toEqual({ traceback: 'TypeError, the lines, the frames', told: 'nothing' });
  });

  test.each([
    ['by itself', failed('Error', place)],
    ['in another cell', failed('TypeError')],
  ])('%s, asks for nothing', async (_, error) => {
    const notebook = new Notebook();
    notebook.begin(1);
    notebook.checks.receive(1, check('wrong'));
    expect(await end(notebook, error)).toMatchObject({ told: '0: wrong (types-run-1)' });
    expect(notebook.asked).toEqual([]);
  });

  test('changes what was shown meanwhile, so that it is not told twice', async () => {
    const notebook = new Notebook();
    notebook.begin(1);
    notebook.checks.receive(1, check('both'));
    jest.advanceTimersByTime(1000);
    const ended = end(notebook);
    notebook.asked[0]!.answer(check('one', 'the other'));
    expect(await ended).toMatchObject({ told: '0+ one (types-run-1)' });
    expect(notebook.shown).toEqual(['1: both (types-run-1)']);
  });

  test('shows its error without when the check takes too long; then what that lacked is a hint, and it is not told again', async () => {
    const notebook = new Notebook();
    notebook.begin(1);
    const ended = end(notebook);
    await jest.advanceTimersByTimeAsync(2000);
    expect(await ended).toEqual({ traceback: 'TypeError, the lines, the frames', told: undefined });
    notebook.asked[0]!.answer(check('one', 'the other'));
    await jest.advanceTimersByTimeAsync(0);
    expect(notebook.asked[1]).toMatchObject({ failure: place, isShown: true });
    notebook.asked[1]!.answer(check('one, and a hint'));
    await jest.advanceTimersByTimeAsync(0);
    expect(notebook.shown).toEqual(['1: one, and a hint (types-run-1)']);
  });

  test('that says itself what to do gets no hint', async () => {
    const notebook = new Notebook();
    notebook.begin(1);
    const ended = end(notebook, failed('TypeError', { line: 1, column: 1 }));
    await jest.advanceTimersByTimeAsync(2000);
    await ended;
    notebook.asked[0]!.answer(check('one', 'the other'));
    await jest.advanceTimersByTimeAsync(0);
    expect(notebook.asked).toHaveLength(1);
    expect(notebook.shown).toEqual(['1: one (types-run-1)']);
  });

  test('with types as errors, its types are not the reason', async () => {
    const notebook = new Notebook();
    notebook.begin(1, { types: 'error' });
    expect(await end(notebook)).toMatchObject({ told: undefined });
  });
});

describe('a cell that is run again', () => {
  const cell = { place: 'abc' };

  test('has its warnings in the same display, in its new output', async () => {
    const notebook = new Notebook();
    for (const id of [1, 2]) {
      notebook.begin(id, cell);
      notebook.checks.receive(id, check('wrong'));
      expect(await notebook.end()).toMatchObject({ told: '0: wrong (types-abc)' });
    }
  });

  test('takes them back where the mistake is mended, or the text is no TypeScript', async () => {
    const notebook = new Notebook();
    notebook.begin(1, cell);
    notebook.checks.receive(1, check('wrong'));
    await notebook.end();
    notebook.begin(2, cell);
    notebook.checks.receive(2, check());
    expect(await notebook.end()).toMatchObject({ told: '0+  (types-abc)' });
    notebook.begin(3, cell);
    notebook.checks.receive(3, check('wrong'));
    await notebook.end();
    const refused = { id: 4, name: '', label: '', source: '', expressions: {}, ...cell };
    notebook.checks.refuse({ ...refused, wantsResult: true, allowInput: true });
    expect(notebook.shown).toEqual(['4+  (types-abc)']);
  });

  test('hears nothing of a check of its old text that comes late', async () => {
    const notebook = new Notebook();
    notebook.begin(1, cell);
    await notebook.end();
    notebook.begin(2, cell);
    notebook.checks.receive(1, check('of the old text'));
    notebook.checks.receive(2, check('of the new one'));
    expect(await notebook.end()).toMatchObject({ told: '0: of the new one (types-abc)' });
    expect(notebook.shown).toEqual([]);
  });
});

describe('what is told of names', () => {
  const cell = { place: 'abc' };

  test('comes with the end, and stays beside what types say later', async () => {
    const notebook = new Notebook();
    notebook.begin(1, cell, 'stale');
    expect(await notebook.end()).toMatchObject({ told: '0: stale (types-abc)' });
    notebook.checks.receive(1, check('wrong'));
    expect(notebook.shown).toEqual(['1+ stale\n\nwrong (types-abc)']);
    notebook.begin(2, cell);
    notebook.checks.receive(2, check());
    expect(await notebook.end()).toMatchObject({ told: '0+  (types-abc)' });
  });

  test.each([
    ['by itself', failed('Error', place), 0],
    ['of what types may explain', failed('TypeError', place), 1],
  ])('is told where the cell fails %s', async (_, error, asked) => {
    const notebook = new Notebook();
    notebook.begin(1, cell, 'stale');
    const ended = notebook.end(error);
    expect(notebook.asked).toHaveLength(asked);
    await jest.advanceTimersByTimeAsync(2000);
    expect(await ended).toMatchObject({ told: '0: stale (types-abc)' });
  });

  test('is not asked for where nothing is shown', async () => {
    const notebook = new Notebook();
    const asked = jest.fn<() => undefined>();
    const silent = { id: 1, name: '', label: '', source: '', expressions: {}, allowInput: true };
    notebook.checks.begin({ ...silent, wantsResult: true }, 'off', asked);
    notebook.checks.begin({ ...silent, wantsResult: false }, 'warn', asked);
    expect(asked).not.toHaveBeenCalled();
  });
});
