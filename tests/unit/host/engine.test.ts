// The engine with its clients of both workers, and workers that do what the cell says.
import './no-signals';

import { describe, expect, test } from '@jest/globals';
import { Dialogue } from './workers';

const message = (commId: string) => ({
  kind: 'message' as const,
  commId,
  data: {},
  metadata: {},
  buffers: [],
});

describe('a cell', () => {
  test('is compiled, run and settled, and its output has its number', async () => {
    const notebook = new Dialogue();
    expect(await notebook.end(notebook.run('print hello'))).toBe('ok');
    expect(notebook.printed(1)).toBe('hello');
    expect(await notebook.heard()).toEqual(['compile 1', 'settled 1']);
  });

  test('waits for the one before it', async () => {
    const notebook = new Dialogue();
    const first = notebook.run('wait');
    const second = notebook.run('print second');
    expect(notebook.printed(2)).toBe('');
    notebook.engine.interrupt();
    // An interrupt before the cell runs, or while it does, ends it; the next one is not hit.
    expect(await notebook.end(first)).toBe('KeyboardInterrupt');
    expect(await notebook.end(second)).toBe('ok');
    expect(notebook.printed(2)).toBe('second');
  });

  test('that does not compile does not run', async () => {
    const notebook = new Dialogue();
    expect(await notebook.end(notebook.run('refuse it'))).toBe('SyntaxError');
    expect(await notebook.heard()).toEqual([]);
  });

  test('that fails is settled as failed', async () => {
    const notebook = new Dialogue();
    expect(await notebook.end(notebook.run('fail RangeError'))).toBe('RangeError');
    expect(await notebook.heard()).toEqual(['compile 1', 'settled 1 failed']);
  });

  test('prints later, too, and it is still its own', async () => {
    const notebook = new Dialogue();
    await notebook.run('later on');
    await notebook.run('print two');
    await notebook.until(() => notebook.printed(1) !== '');
    expect([notebook.printed(1), notebook.printed(2)]).toEqual(['on', 'two']);
  });

  test('has expressions, whose output is its own; later cells know nothing of them', async () => {
    const notebook = new Dialogue();
    const outcome = await notebook.run('print cell', { a: 'print  first', b: 'fail TypeError' });
    expect(outcome).toMatchObject({
      status: 'ok',
      expressions: { a: { status: 'ok' }, b: { status: 'error', error: { name: 'TypeError' } } },
    });
    expect(notebook.printed(1)).toBe('cell first');
    expect(await notebook.heard()).toEqual([
      'compile 1',
      'settled 1',
      'compile undefined',
      'compile undefined',
    ]);
  });

  test('that fails has no expressions', async () => {
    const notebook = new Dialogue();
    expect(await notebook.end(notebook.run('fail Error', { a: 'print never' }))).toBe('Error');
    expect(notebook.printed(1)).toBe('');
  });

  test('asks, and only its own answer counts', async () => {
    const notebook = new Dialogue();
    const cell = notebook.run('ask Name?');
    await notebook.until(() => notebook.questions.length > 0);
    expect(notebook.questions).toEqual([[1, { id: 0, prompt: 'Name?', password: false }]]);
    notebook.engine.answerInput(2, 0, 'of another cell');
    notebook.engine.answerInput(1, 5, 'to another question');
    notebook.engine.answerInput(1, 0, 'Ada');
    notebook.engine.answerInput(1, 0, 'too late');
    expect(await notebook.end(cell)).toBe('ok');
    expect(notebook.printed(1)).toBe('heard Ada');
  });
});

describe('cells of several lanes', () => {
  test('run beside each other, those of one lane one after the other', async () => {
    const notebook = new Dialogue();
    const main = notebook.run('print main\nwait');
    const behind = notebook.run('print behind');
    const [one, two] = ['print one', 'print two'].map((source) => notebook.run(source, {}, 'other'));
    expect([await notebook.end(one!), await notebook.end(two!)]).toEqual(['ok', 'ok']);
    expect([1, 2, 3, 4].map((cell) => notebook.printed(cell))).toEqual(['main', '', 'one', 'two']);
    notebook.engine.interrupt();
    expect([await notebook.end(main), await notebook.end(behind)]).toEqual(['KeyboardInterrupt', 'ok']);
    const told = await notebook.heard();
    expect(told.filter((line) => line.startsWith('settled'))).toEqual([
      'settled 3',
      'settled 4',
      'settled 1 failed',
      'settled 2',
    ]);
  });

  test('are all stopped by an interrupt, and end with their thread', async () => {
    const notebook = new Dialogue();
    const stopped = ['a', 'b', 'c'].map((lane) => notebook.run('print on\nwait', {}, lane));
    await notebook.until(() => [1, 2, 3].every((cell) => notebook.printed(cell) === 'on'));
    notebook.engine.interrupt();
    expect(await Promise.all(stopped.map((cell) => notebook.end(cell)))).toEqual(
      stopped.map(() => 'KeyboardInterrupt'),
    );
    const lost = ['a', 'b'].map((lane) => notebook.run('print on\nwait', {}, lane));
    await notebook.until(() => [4, 5].every((cell) => notebook.printed(cell) === 'on'));
    const dying = notebook.run('exit 3', {}, 'c');
    for (const cell of [...lost, dying]) expect(await notebook.end(cell)).toBe('WorkerLost');
    expect(await notebook.end(notebook.run('print next', {}, 'a'))).toBe('ok');
  });
});

describe('the thread of the cells', () => {
  test('that dies ends its cell, takes the names along, and has a successor', async () => {
    const notebook = new Dialogue();
    await notebook.run('comm open c');
    expect([...notebook.engine.comms().keys()]).toEqual(['c']);
    const outcome = await notebook.run('print last words\nexit 3');
    expect(outcome).toMatchObject({
      status: 'error',
      error: { name: 'WorkerLost', message: expect.stringContaining('ended with code 3') },
    });
    expect(notebook.printed(2)).toBe('last words');
    expect([...notebook.engine.comms().keys()]).toEqual([]);
    expect(await notebook.end(notebook.run('print next'))).toBe('ok');
    expect(await notebook.heard()).toEqual([
      'compile 1',
      'settled 1',
      'compile 2',
      'forget',
      'settled 2 failed',
      'compile 3',
      'settled 3',
    ]);
  });

  test('that computes for ever is stopped by an interrupt, at the price of its names where it must be', async () => {
    const notebook = new Dialogue();
    const cell = notebook.run('print on\nloop');
    await notebook.until(() => notebook.printed(1) === 'on');
    notebook.engine.interrupt();
    expect(await notebook.end(cell)).toBe('KeyboardInterrupt');
    expect(await notebook.end(notebook.run('print next'))).toBe('ok');
  }, 20_000);

  test('ends with the engine, and so does what ran on it', async () => {
    const notebook = new Dialogue();
    const cell = notebook.run('print on\nwait');
    await notebook.until(() => notebook.printed(1) === 'on');
    await notebook.engine.close();
    expect(await notebook.end(cell)).toMatch(/^(?:WorkerLost|KeyboardInterrupt)$/);
    expect(await notebook.end(notebook.run('print never'))).not.toBe('ok');
  });
});

describe('the language worker', () => {
  test('that dies while it compiles is asked once more', async () => {
    const notebook = new Dialogue();
    await notebook.run('print one');
    expect(await notebook.end(notebook.run('die once, in the test of the engine'))).toBe('ok');
    // Its successor was told of the cells before.
    expect(await notebook.heard()).toEqual(['begun 1', 'settled 1', 'compile 2', 'settled 2']);
    expect(notebook.logged).toContain('language worker ended with code 7');
  });

  test('that dies of a cell twice fails that cell only', async () => {
    const notebook = new Dialogue();
    expect(await notebook.run('die always')).toMatchObject({
      status: 'error',
      error: { name: 'KernelError', message: 'the language worker ended; run the cell again' },
    });
    expect(await notebook.end(notebook.run('print next'))).toBe('ok');
  });

  test('that never comes back from a cell is replaced after an interrupt', async () => {
    const notebook = new Dialogue();
    await notebook.run('print one');
    const cell = notebook.run('stall');
    notebook.engine.interrupt();
    expect(await notebook.end(cell)).toBe('KeyboardInterrupt');
    expect(await notebook.end(notebook.run('print next'))).toBe('ok');
    expect(await notebook.heard()).toEqual([
      'begun 1',
      'settled 1',
      'settled 2 failed',
      'compile 3',
      'settled 3',
    ]);
  });

  test('that throws gives an empty answer, and the log says of what', async () => {
    const notebook = new Dialogue();
    expect(await notebook.engine.complete('fail', 2)).toEqual({ start: 2, end: 2, items: [] });
    expect(notebook.logged).toEqual(['complete failed: it threw']);
  });

  test('is not needed any more when the engine is closed', async () => {
    const notebook = new Dialogue();
    await notebook.heard();
    await notebook.engine.close();
    expect(await notebook.engine.checkCompleteness('1')).toEqual({ status: 'unknown' });
    expect(notebook.logged).toEqual([]);
  });
});

describe('live values', () => {
  test('join what types say of a place', async () => {
    const notebook = new Dialogue();
    const { items } = await notebook.engine.complete('a.', 2);
    expect(items.map(({ text }) => text)).toEqual(['a.member']);
    expect(await notebook.engine.inspect('a', 0, 0)).toEqual({ 'text/plain': 'live a' });
  });

  test('of a thread that computes are not waited for', async () => {
    const notebook = new Dialogue();
    const cell = notebook.run('print on\nask ?');
    await notebook.until(() => notebook.questions.length > 0);
    expect((await notebook.engine.complete('a.', 2)).items.map(({ text }) => text)).not.toContain('a.member');
    expect(await notebook.engine.inspect('a', 0, 0)).toBeUndefined();
    notebook.engine.answerInput(1, 0, '');
    await cell;
  });
});

describe('a message to the cells', () => {
  test('is handled under its own number', async () => {
    const notebook = new Dialogue();
    await notebook.run('comm open c');
    await notebook.engine.deliver(20, 'click', message('c'));
    await notebook.until(() => notebook.printed(20) !== '');
    expect(notebook.printed(20)).toBe('got c');
  });

  test('never comes before the cell that is being compiled', async () => {
    const notebook = new Dialogue();
    const order: string[] = [];
    const cell = notebook.run('print cell').then(() => order.push('cell'));
    const delivered = notebook.engine.deliver(20, 'click', message('c')).then(() => order.push('message'));
    await Promise.all([cell, delivered]);
    expect(order).toEqual(['cell', 'message']);
  });

  test('to a thread that dies counts as handled', async () => {
    const notebook = new Dialogue();
    const cell = notebook.run('ask ?\nexit 1');
    await notebook.until(() => notebook.questions.length > 0);
    const delivered = notebook.engine.deliver(20, 'click', message('c'));
    notebook.engine.answerInput(1, 0, '');
    expect(await notebook.end(cell)).toBe('WorkerLost');
    await delivered;
  });
});

test('caches are saved by both workers, and by those that are gone not', async () => {
  const notebook = new Dialogue();
  await notebook.run('print one');
  await notebook.engine.saveCaches();
  await notebook.engine.close();
  await notebook.engine.saveCaches();
});
