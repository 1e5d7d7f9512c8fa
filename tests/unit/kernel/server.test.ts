import { describe, expect, test } from '@jest/globals';
import { Dialogue } from './dialogue';
import { logged } from './logged';

describe('an execution', () => {
  test('is told in order: busy, input, outputs, result, reply, idle', async () => {
    const kernel = new Dialogue();
    kernel.execute('print hello\nshow text/html <b>\nvalue 42', {}, { name: 'e' });
    await kernel.idle('e');
    expect(kernel.types('e')).toEqual([
      'busy',
      'execute_input',
      'stream',
      'display_data',
      'execute_result',
      'execute_reply',
      'idle',
    ]);
    const [, input, stream, display, result, reply] = kernel.about('e');
    expect(input?.content).toEqual({ code: 'print hello\nshow text/html <b>\nvalue 42', execution_count: 1 });
    expect(stream?.content).toEqual({ name: 'stdout', text: 'hello' });
    expect(display?.content).toEqual({
      data: { 'text/html': '<b>' },
      metadata: {},
      transient: { display_id: 'd1' },
    });
    expect(result?.content).toEqual({ execution_count: 1, data: { 'text/plain': '42' }, metadata: {} });
    expect(reply?.content).toEqual({ status: 'ok', execution_count: 1, user_expressions: {}, payload: [] });
    expect(reply?.metadata.started).toMatch(/^\d{4}-.*Z$/);
    expect(reply?.to).toBe('client');
  });

  test('that fails says so twice, with the same words', async () => {
    const kernel = new Dialogue();
    kernel.execute('fail RangeError');
    await kernel.idle('fail RangeError');
    expect(kernel.types('fail RangeError')).toEqual([
      'busy',
      'execute_input',
      'error',
      'execute_reply',
      'idle',
    ]);
    const error = {
      ename: 'RangeError',
      evalue: 'RangeError happened',
      traceback: ['RangeError: RangeError happened'],
    };
    expect(kernel.about('fail RangeError')[2]?.content).toEqual(error);
    expect(kernel.reply('fail RangeError')).toEqual({
      status: 'error',
      execution_count: 1,
      ...error,
      user_expressions: {},
      payload: [],
    });
  });

  test('shows what is wrong with its text last, and has it as data in the metadata of the reply', async () => {
    const kernel = new Dialogue();
    for (const [name, code] of [
      ['known', 'find it\nvalue 42'],
      ['awaited', 'find-later it\nvalue 42'],
      ['failed', 'find it\nfail TypeError'],
    ] as const) {
      kernel.execute(code, { stop_on_error: false }, { name });
      await kernel.idle(name);
      expect(kernel.types(name).slice(2)).toEqual([
        name === 'failed' ? 'error' : 'execute_result',
        'display_data',
        'execute_reply',
        'idle',
      ]);
      const [, , , display, reply] = kernel.about(name);
      expect(display?.content.transient).toEqual({ display_id: 'types' });
      expect(reply?.metadata.diagnostics).toMatchObject([{ severity: 'error', code: 1, message: 'it' }]);
      expect(reply?.content).not.toHaveProperty('checked');
    }
    kernel.execute('find it', { silent: true }, { name: 'silent' });
    await kernel.idle('silent');
    expect(kernel.types('silent')).toEqual(['busy', 'execute_reply', 'idle']);
  });

  test('knows the cell of the document, where the front end says it', async () => {
    const kernel = new Dialogue();
    kernel.execute('value 1', {}, { name: 'one', metadata: { cellId: 'abc' } });
    kernel.execute('value 2', {}, { name: 'two' });
    await kernel.idle('two');
    expect(kernel.engine.cells.map(({ place }) => place)).toEqual(['abc', undefined]);
  });

  test('counts when it is stored, and has its number in the cell', async () => {
    const kernel = new Dialogue();
    kernel.execute('value 1');
    kernel.execute('value 2', { store_history: false });
    kernel.execute('value 3', { silent: true });
    kernel.execute('fail Error');
    await kernel.idle('fail Error');
    expect(kernel.engine.cells.map(({ label, number }) => [label, number])).toEqual([
      ['Cell [1]', 1],
      ['Cell [*]', undefined],
      ['Cell [*]', undefined],
      ['Cell [2]', 2],
    ]);
    const counts = ['value 1', 'value 2', 'value 3', 'fail Error'].map(
      (name) => kernel.reply(name).execution_count,
    );
    expect(counts).toEqual([1, 1, 1, 2]);
  });

  test('that is silent has no input and no result, but its output and its error', async () => {
    const kernel = new Dialogue();
    kernel.execute('print hello\nvalue 1', { silent: true }, { name: 'ok' });
    kernel.execute('warn oh\nfail Error', { silent: true }, { name: 'bad' });
    kernel.execute('value 2');
    await kernel.idle('value 2');
    expect(kernel.types('ok')).toEqual(['busy', 'stream', 'execute_reply', 'idle']);
    expect(kernel.types('bad')).toEqual(['busy', 'stream', 'error', 'execute_reply', 'idle']);
    expect(kernel.reply('value 2').status).toBe('ok');
  });

  test('evaluates user expressions, each on its own', async () => {
    const kernel = new Dialogue();
    kernel.execute('value 1', { user_expressions: { a: '7', b: 'fail Oops', c: 3 } });
    await kernel.idle('value 1');
    expect(kernel.reply('value 1').user_expressions).toEqual({
      a: { status: 'ok', data: { 'text/plain': '7' }, metadata: {} },
      b: { status: 'error', ename: 'Oops', evalue: 'Oops happened', traceback: ['Oops: Oops happened'] },
    });
  });

  test('may open a pager and propose a next cell', async () => {
    const kernel = new Dialogue();
    kernel.execute('page long text\npropose next()', {}, { name: 'e' });
    await kernel.idle('e');
    expect(kernel.reply('e').payload).toEqual([
      { source: 'page', data: { 'text/plain': 'long text' }, start: 0 },
      { source: 'set_next_input', text: 'next()', replace: false },
    ]);
  });

  test('without code is answered with an error, and the count', async () => {
    const kernel = new Dialogue();
    kernel.say('shell', 'execute_request', {}, { name: 'e' });
    await kernel.idle('e');
    expect(kernel.reply('e')).toMatchObject({ status: 'error', ename: 'RequestError', execution_count: 0 });
  });

  test('in a broken engine is answered all the same', async () => {
    const kernel = new Dialogue();
    kernel.engine.broken = true;
    kernel.execute('value 1');
    await kernel.idle('value 1');
    expect(kernel.reply('value 1')).toMatchObject({
      status: 'error',
      ename: 'KernelError',
      execution_count: 1,
    });
  });

  test('waits for the one before it', async () => {
    const kernel = new Dialogue();
    kernel.execute('wait');
    kernel.execute('print two');
    kernel.execute('print three');
    await kernel.until(() => kernel.types('wait').includes('execute_input'));
    expect(kernel.types('print two')).toEqual([]);
    kernel.engine.release();
    await kernel.idle('print three');
    expect(kernel.engine.cells.map(({ source }) => source)).toEqual(['wait', 'print two', 'print three']);
    expect(kernel.heard.map(({ about }) => about).slice(1)).toEqual([
      ...Array(4).fill('wait'),
      ...Array(5).fill('print two'),
      ...Array(5).fill('print three'),
    ]);
  });

  test('keeps its late output, whichever cell runs by then', async () => {
    const kernel = new Dialogue();
    kernel.execute('value 1');
    await kernel.idle('value 1');
    kernel.execute('wait');
    kernel.engine.output(kernel.engine.idOf('value 1'), { kind: 'text', stream: 'stdout', text: 'late' });
    kernel.engine.release();
    await kernel.idle('wait');
    expect(kernel.about('value 1').at(-1)?.content).toEqual({ name: 'stdout', text: 'late' });
    expect(kernel.types('wait')).not.toContain('stream');
  });

  test('keeps its output even when a client uses one id twice', async () => {
    const kernel = new Dialogue();
    kernel.execute('print a', {}, { name: 'same', header: { username: 'first' } });
    kernel.execute('print b', {}, { name: 'same', header: { username: 'second' } });
    await kernel.until(() => kernel.types('same').filter((type) => type === 'idle').length === 2);
    expect(new Set(kernel.engine.cells.map(({ id }) => id)).size).toBe(2);
  });
});

describe('when a cell fails', () => {
  test('the cells behind it do not run, and say so', async () => {
    const kernel = new Dialogue();
    kernel.execute('fail Error');
    kernel.execute('print two');
    kernel.say('shell', 'kernel_info_request', {}, { name: 'info' });
    kernel.execute('print three');
    await kernel.idle('print three');
    expect(kernel.engine.cells.map(({ source }) => source)).toEqual(['fail Error']);
    for (const name of ['print two', 'print three']) {
      expect(kernel.types(name)).toEqual(['busy', 'execute_reply', 'idle']);
      expect(kernel.reply(name)).toMatchObject({
        status: 'aborted',
        ename: 'ExecutionAborted',
        traceback: [],
      });
      // JupyterLab would write it beside a cell that has not run.
      expect(kernel.reply(name)).not.toHaveProperty('execution_count');
    }
    expect(kernel.reply('info').status).toBe('ok');
  });

  test('cells that are still under way do not run either', async () => {
    const kernel = new Dialogue();
    kernel.underWay.push(() => kernel.execute('print under way'));
    kernel.execute('fail Error');
    await kernel.idle('print under way');
    expect(kernel.reply('print under way').status).toBe('aborted');
    expect(kernel.types('fail Error')).toContain('error');
  });

  test('what comes after its error is heard runs', async () => {
    const kernel = new Dialogue();
    kernel.execute('fail Error');
    await kernel.until(() => kernel.types('fail Error').includes('error'));
    kernel.execute('print later');
    await kernel.idle('print later');
    expect(kernel.reply('print later').status).toBe('ok');
  });

  test('the others go on if it says stop_on_error: false', async () => {
    const kernel = new Dialogue();
    kernel.execute('fail Error', { stop_on_error: false });
    kernel.execute('print two');
    await kernel.idle('print two');
    expect(kernel.reply('print two').status).toBe('ok');
  });

  test('comm messages behind it are delivered', async () => {
    const kernel = new Dialogue();
    kernel.execute('fail Error');
    kernel.execute('print two');
    kernel.say('shell', 'comm_msg', { comm_id: 'c', data: {} }, { name: 'comm' });
    await kernel.idle('comm');
    expect(kernel.engine.delivered).toHaveLength(1);
  });
});

describe('while a cell runs', () => {
  test.each([
    ['kernel_info_request', {}, 'kernel_info_reply', { status: 'ok', protocol_version: '5.5' }],
    [
      'complete_request',
      { code: 'str', cursor_pos: 3 },
      'complete_reply',
      { matches: ['string'], cursor_start: 0, cursor_end: 3 },
    ],
    [
      'inspect_request',
      { code: 'ab', cursor_pos: 1 },
      'inspect_reply',
      { found: true, data: { 'text/plain': 'a|b 0' } },
    ],
    [
      'inspect_request',
      { code: '', cursor_pos: 0 },
      'inspect_reply',
      { found: false, data: {}, metadata: {} },
    ],
    ['is_complete_request', { code: 'f {' }, 'is_complete_reply', { status: 'incomplete', indent: '  ' }],
    ['is_complete_request', { code: '1' }, 'is_complete_reply', { status: 'complete' }],
    ['comm_info_request', {}, 'comm_info_reply', { status: 'ok', comms: {} }],
    ['connect_request', {}, 'connect_reply', { status: 'ok', shell_port: 1, hb_port: 5 }],
    [
      'history_request',
      { hist_access_type: 'tail', n: 1 },
      'history_reply',
      { history: [[expect.any(Number), 1, 'hang']] },
    ],
    ['usage_request', {}, 'usage_reply', { pid: process.pid }],
    [
      'debug_request',
      { seq: 3, command: 'modules' },
      'debug_reply',
      { type: 'response', request_seq: 3, success: true, body: { modules: [] } },
    ],
    [
      'debug_request',
      { seq: 4, command: 'debugInfo' },
      'debug_reply',
      { success: true, body: { isStarted: false } },
    ],
    [
      'debug_request',
      { seq: 5, command: 'next' },
      'debug_reply',
      { request_seq: 5, success: false, command: 'next', message: expect.any(String) },
    ],
    ['create_subshell_request', {}, 'create_subshell_reply', { status: 'ok' }],
    ['list_subshell_request', {}, 'list_subshell_reply', { status: 'ok', subshell_id: [] }],
    ['delete_subshell_request', { subshell_id: 'x' }, 'delete_subshell_reply', { status: 'error' }],
    ['interrupt_request', {}, 'interrupt_reply', { status: 'ok' }],
  ])('%s %p is answered on shell and on control', async (type, content, replyType, reply) => {
    const kernel = new Dialogue();
    kernel.execute('hang');
    for (const channel of ['shell', 'control'] as const) {
      const name = kernel.say(channel, type, content);
      await kernel.idle(name);
      expect(kernel.types(name)).toEqual(['busy', replyType, 'idle']);
      expect(kernel.about(name)[1]?.channel).toBe(channel);
      expect(kernel.reply(name)).toMatchObject(reply);
    }
  });

  test('the kernel is said to be busy again when something else is done', async () => {
    const kernel = new Dialogue();
    kernel.execute('wait');
    await kernel.until(() => kernel.types('wait').includes('execute_input'));
    await kernel.idle(kernel.say('shell', 'complete_request', { code: 'str', cursor_pos: 3 }));
    expect(kernel.types().slice(-2)).toEqual(['idle', 'busy']);
    // But for the debugger's requests: one of them is what JupyterLab says to each word of a cell.
    const asked = kernel.say('control', 'debug_request', { type: 'request', seq: 0, command: 'debugInfo' });
    await kernel.idle(asked);
    expect(kernel.types().at(-1)).toBe('idle');
    kernel.engine.release();
    await kernel.idle('wait');
    expect(kernel.types('wait').at(-1)).toBe('idle');
    await kernel.idle(kernel.say('shell', 'complete_request', { code: 'str', cursor_pos: 3 }));
    expect(kernel.types().at(-1)).toBe('idle');
  });

  test('comm messages reach it', async () => {
    const kernel = new Dialogue();
    kernel.execute('wait');
    kernel.say('shell', 'comm_open', { comm_id: 'c', target_name: 'known', data: { a: 1 } });
    const name = kernel.say('shell', 'comm_msg', { comm_id: 'c', data: { b: 2 } }, { buffers: ['xyz', ''] });
    await kernel.idle(name);
    expect(kernel.engine.delivered.map(({ message }) => message.kind)).toEqual(['open', 'message']);
    const echo = kernel.about(name)[1];
    expect([echo?.type, echo?.content, echo?.buffers]).toEqual([
      'comm_msg',
      { comm_id: 'c', data: { b: 2 } },
      ['xyz', ''],
    ]);
    kernel.engine.release();
    await kernel.idle('wait');
  });

  test.each(['shell', 'control'] as const)('the language server answers at once, on %s', async (channel) => {
    const kernel = new Dialogue();
    kernel.execute('wait');
    kernel.execute('print behind it');
    const open = { comm_id: 'e', target_name: 'tskernel.lsp', data: {} };
    await kernel.idle(kernel.say(channel, 'comm_open', open));
    const request = { jsonrpc: '2.0', id: 1, method: 'initialize' };
    const name = kernel.say(channel, 'comm_msg', { comm_id: 'e', data: request });
    await kernel.idle(name);
    const answers = () => kernel.heard.filter(({ type }) => type === 'comm_msg');
    expect(answers().map(({ content }) => content)).toEqual([
      { comm_id: 'e', data: { jsonrpc: '2.0', id: 1, result: 'initialize' } },
    ]);
    // Its own busy and idle, then what the cell does; the answer is of no cell, and of no message.
    expect(kernel.types(name)).toEqual(['busy', 'idle']);
    expect(kernel.types().at(-1)).toBe('busy');
    await kernel.idle(kernel.say(channel, 'comm_info_request', {}, { name: 'info' }));
    expect(kernel.reply('info')).toMatchObject({ comms: { e: { target_name: 'tskernel.lsp' } } });
    await kernel.idle(kernel.say(channel, 'comm_msg', { comm_id: 'e', data: [1] }));
    expect(answers().at(-1)?.content).toMatchObject({ data: { id: null, error: { code: -32600 } } });
    await kernel.idle(kernel.say(channel, 'comm_close', { comm_id: 'e', data: {} }));
    expect(kernel.engine.editors).toBe(0);
    expect(kernel.engine.delivered).toEqual([]);
    kernel.engine.release();
    await kernel.idle('wait');
  });

  test('comm messages do not overtake a cell that has not begun', async () => {
    const kernel = new Dialogue();
    kernel.execute('wait');
    kernel.execute('print defines the target');
    kernel.say('shell', 'comm_open', { comm_id: 'c', target_name: 'known', data: {} }, { name: 'open' });
    const info = kernel.say('control', 'kernel_info_request');
    await kernel.idle(info);
    expect(kernel.types('open')).toEqual([]);
    kernel.engine.release();
    await kernel.idle('open');
    expect(kernel.types().lastIndexOf('execute_input')).toBeLessThan(
      kernel.heard.findIndex(({ about }) => about === 'open'),
    );
  });

  test('another cell on control waits its turn, and control does not wait for it', async () => {
    const kernel = new Dialogue();
    kernel.execute('wait');
    kernel.say('control', 'execute_request', { code: 'print from control' }, { name: 'other' });
    const info = kernel.say('control', 'kernel_info_request');
    await kernel.idle(info);
    expect(kernel.types('other')).toEqual([]);
    kernel.engine.release();
    await kernel.idle('other');
    expect(kernel.about('other').find(({ type }) => type === 'execute_reply')?.channel).toBe('control');
  });
});

describe('comms', () => {
  test('for an unknown target are closed', async () => {
    const kernel = new Dialogue();
    const name = kernel.say('shell', 'comm_open', { comm_id: 'c', target_name: 'nobody', data: {} });
    await kernel.idle(name);
    expect(kernel.types(name)).toEqual(['busy', 'comm_close', 'idle']);
    expect(kernel.about(name)[1]?.content).toEqual({ comm_id: 'c', data: {} });
  });

  test('that are open are listed, all or by target', async () => {
    const kernel = new Dialogue();
    kernel.engine.openComms.set('a', { target: 'x' }).set('b', { target: 'y' });
    const all = kernel.say('shell', 'comm_info_request');
    const some = kernel.say('shell', 'comm_info_request', { target_name: 'y' });
    await kernel.idle(some);
    expect(kernel.reply(all).comms).toEqual({ a: { target_name: 'x' }, b: { target_name: 'y' } });
    expect(kernel.reply(some).comms).toEqual({ b: { target_name: 'y' } });
  });

  test('without an id are logged, and the kernel goes on', async () => {
    const kernel = new Dialogue();
    const name = kernel.say('shell', 'comm_msg', {});
    await kernel.idle(name);
    expect(kernel.types(name)).toEqual(['busy', 'idle']);
    expect(logged).toEqual(['a comm_msg could not be handled: "comm_id" must be a string']);
  });
});

describe('whatever is asked', () => {
  test('an unknown type gets busy and idle', async () => {
    const kernel = new Dialogue();
    for (const channel of ['shell', 'control'] as const) {
      for (const type of ['nonsense_request', 'nonsense', 'toString', 'input_reply']) {
        const name = kernel.say(channel, type);
        await kernel.idle(name);
        expect(kernel.types(name)).toEqual(['busy', 'idle']);
        expect(logged.at(-1)).toBe(`a message of the unknown type "${type}" came on ${channel}`);
      }
    }
  });

  test('a handler that throws gives an error and an idle', async () => {
    const kernel = new Dialogue();
    kernel.engine.broken = true;
    const name = kernel.say('shell', 'complete_request', { code: 'a', cursor_pos: 1 });
    await kernel.idle(name);
    expect(kernel.types(name)).toEqual(['busy', 'complete_reply', 'idle']);
    expect(kernel.reply(name)).toEqual({
      status: 'error',
      ename: 'KernelError',
      evalue: 'the engine is broken',
      traceback: ['KernelError: the engine is broken'],
    });
  });

  test('a field of the wrong type gives an error that names it', async () => {
    const kernel = new Dialogue();
    const name = kernel.say('shell', 'is_complete_request', { code: 7 });
    await kernel.idle(name);
    expect(kernel.reply(name)).toMatchObject({ status: 'error', evalue: '"code" must be a string' });
  });

  test('a subshell that does not exist gives an error', async () => {
    const kernel = new Dialogue();
    const name = kernel.say('shell', 'execute_request', { code: '1' }, { header: { subshell_id: 'x' } });
    await kernel.idle(name);
    expect(kernel.reply(name)).toMatchObject({ status: 'error', ename: 'UnknownSubshellError' });
    const main = kernel.execute('value 1', {}, { header: { subshell_id: null } });
    await kernel.idle(main);
    expect(kernel.reply(main).status).toBe('ok');
  });

  test('positions count code points', async () => {
    const kernel = new Dialogue();
    const name = kernel.say('shell', 'complete_request', { code: '"😀" + str', cursor_pos: 9 });
    await kernel.idle(name);
    expect(kernel.reply(name)).toMatchObject({
      matches: ['string'],
      cursor_start: 6,
      cursor_end: 9,
      metadata: {
        _jupyter_types_experimental: [
          { text: 'string', type: 'function', start: 6, end: 9, signature: '()' },
        ],
      },
    });
  });

  test('starting is said once, before the first busy', async () => {
    const kernel = new Dialogue();
    kernel.execute('value 1');
    kernel.server.welcomed();
    await kernel.idle('value 1');
    expect(kernel.types().slice(0, 2)).toEqual(['starting', 'busy']);
    expect(kernel.types().filter((type) => type === 'starting')).toHaveLength(1);
  });

  test('control answers one message at a time', async () => {
    const kernel = new Dialogue();
    const names = Array.from({ length: 5 }, () => kernel.say('control', 'interrupt_request'));
    await kernel.idle(names.at(-1)!);
    expect(kernel.heard.slice(1).map(({ about }) => about)).toEqual(
      names.flatMap((name) => [name, name, name]),
    );
  });
});

describe('a question to the person', () => {
  test('goes to the client that runs the cell, and the answer to the cell', async () => {
    const kernel = new Dialogue();
    kernel.execute('ask secret name', { allow_stdin: true }, { name: 'e', client: 'second' });
    await kernel.until(() => kernel.types('e').includes('input_request'));
    const question = kernel.about('e').find(({ type }) => type === 'input_request');
    expect(question).toMatchObject({
      channel: 'stdin',
      to: 'second',
      content: { prompt: 'secret name', password: true },
    });
    kernel.say(
      'stdin',
      'input_reply',
      { value: 'Ada' },
      { parent: { msg_id: question?.id }, client: 'second' },
    );
    await kernel.idle('e');
    expect(kernel.about('e').find(({ type }) => type === 'stream')?.content.text).toBe('heard "Ada"');
  });

  test('is answered by clients that do not name the question', async () => {
    const kernel = new Dialogue();
    kernel.execute('ask name', { allow_stdin: true });
    await kernel.until(() => kernel.types('ask name').includes('input_request'));
    kernel.say('stdin', 'input_reply', { value: 'wrong' }, { client: 'somebody else' });
    kernel.say('stdin', 'input_reply', { value: 'Ada' });
    await kernel.idle('ask name');
    expect(kernel.about('ask name').find(({ type }) => type === 'stream')?.content.text).toBe('heard "Ada"');
  });

  test('is not answered by an answer to an older one', async () => {
    const kernel = new Dialogue();
    kernel.execute('ask name', { allow_stdin: true });
    kernel.say('stdin', 'input_reply', { value: 'too early' });
    await kernel.until(() => kernel.types('ask name').includes('input_request'));
    kernel.say('stdin', 'input_reply', { value: 'stale' }, { parent: { msg_id: 'an older question' } });
    kernel.say('stdin', 'input_reply', { value: '\x04' });
    await kernel.idle('ask name');
    expect(kernel.about('ask name').find(({ type }) => type === 'stream')?.content.text).toBe('heard null');
  });

  test('ends with the cell', async () => {
    const kernel = new Dialogue();
    kernel.execute('ask name', { allow_stdin: true });
    await kernel.until(() => kernel.types('ask name').includes('input_request'));
    kernel.say('control', 'interrupt_request');
    await kernel.idle('ask name');
    expect(kernel.reply('ask name')).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    kernel.say('stdin', 'input_reply', { value: 'too late' });
    kernel.execute('ask again', { allow_stdin: true });
    await kernel.until(() => kernel.types('ask again').includes('input_request'));
    kernel.say('stdin', 'input_reply', { value: 'in time' });
    await kernel.idle('ask again');
    expect(kernel.about('ask again').find(({ type }) => type === 'stream')?.content.text).toBe(
      'heard "in time"',
    );
  });
});

describe('a shutdown', () => {
  test('is answered on control and on iopub, then the kernel leaves', async () => {
    const kernel = new Dialogue();
    const name = kernel.say('control', 'shutdown_request', { restart: true });
    await kernel.idle(name);
    expect(kernel.about(name).map(({ channel, type }) => `${channel} ${type}`)).toEqual([
      'iopub status',
      'control shutdown_reply',
      'iopub shutdown_reply',
      'iopub status',
    ]);
    expect(kernel.reply(name)).toEqual({ status: 'ok', restart: true });
    expect(kernel.engine.closed).toBe(true);
    expect(kernel.left).toBe(1);
  });

  test('ends the cell that runs and the ones behind it, with replies', async () => {
    const kernel = new Dialogue();
    kernel.execute('hang');
    kernel.execute('print two');
    const name = kernel.say('shell', 'shutdown_request', {});
    await kernel.idle(name);
    expect(kernel.types('hang')).toEqual(['busy', 'execute_input', 'error', 'execute_reply', 'idle']);
    expect(kernel.reply('print two').status).toBe('aborted');
    expect(kernel.reply(name)).toEqual({ status: 'ok', restart: false });
  });

  test('does not wait for an engine that cannot be closed', async () => {
    const kernel = new Dialogue();
    kernel.engine.stuck = true;
    kernel.execute('hang');
    const name = kernel.say('control', 'shutdown_request', {});
    await new Promise((resolve) => setTimeout(resolve, 1700));
    await kernel.idle(name);
    expect(kernel.left).toBe(1);
  });

  test('that is asked for twice happens once', async () => {
    const kernel = new Dialogue();
    const names = [kernel.say('control', 'shutdown_request'), kernel.say('shell', 'shutdown_request')];
    void kernel.server.shutdown();
    for (const name of names) await kernel.idle(name);
    await kernel.until(() => kernel.heard.filter(({ about }) => about === undefined).length === 2);
    expect(kernel.left).toBe(1);
  });
});

describe('a subshell', () => {
  /** A kernel with so many subshells. */
  const open = async (count: number) => {
    const kernel = new Dialogue();
    const ids: string[] = [];
    for (let made = 0; made < count; made++) {
      const name = kernel.say('control', 'create_subshell_request');
      await kernel.idle(name);
      ids.push(kernel.reply(name).subshell_id);
    }
    return { kernel, ids };
  };
  const inside = (id: string | undefined) => ({ header: { subshell_id: id } });
  const asked = async (kernel: Dialogue, type: string, content: object = {}) => {
    const name = kernel.say('control', type, content);
    await kernel.idle(name);
    return kernel.reply(name);
  };

  test('is made, listed and deleted', async () => {
    const { kernel, ids } = await open(2);
    expect(ids[0]).not.toBe(ids[1]);
    expect(await asked(kernel, 'list_subshell_request')).toEqual({ status: 'ok', subshell_id: ids });
    expect(await asked(kernel, 'delete_subshell_request', { subshell_id: ids[0] })).toEqual({ status: 'ok' });
    expect(await asked(kernel, 'delete_subshell_request', { subshell_id: ids[0] })).toMatchObject({
      status: 'error',
      ename: 'UnknownSubshellError',
      evalue: `There is no subshell ${ids[0]}.`,
    });
    expect(await asked(kernel, 'list_subshell_request')).toEqual({ status: 'ok', subshell_id: [ids[1]] });
    expect((await asked(kernel, 'kernel_info_request')).supported_features).toEqual([
      'kernel subshells',
      'debugger',
    ]);
  });

  test('runs its cells beside those of others, each in its order, numbered as they start', async () => {
    const { kernel, ids } = await open(1);
    const [id] = ids;
    kernel.execute('wait\nprint main');
    kernel.execute('print main again');
    kernel.execute('print one', {}, inside(id));
    kernel.execute('print two', {}, inside(id));
    await kernel.idle('print two');
    expect(kernel.engine.cells.map(({ lane, number }) => [lane, number])).toEqual([
      [undefined, 1],
      [id, 2],
      [id, 3],
    ]);
    // What is heard last tells that a cell runs.
    expect(kernel.types().at(-1)).toBe('busy');
    kernel.engine.release();
    await kernel.idle('print main again');
    expect(kernel.engine.cells.at(-1)).toMatchObject({ number: 4 });
    expect(kernel.types().at(-1)).toBe('idle');
    // The parent of what it causes is the request as it came.
    expect(kernel.types('print one')).toEqual(['busy', 'execute_input', 'stream', 'execute_reply', 'idle']);
  });

  test('that fails aborts what waits in it, and nowhere else; each failure has its own number', async () => {
    const { kernel, ids } = await open(2);
    kernel.execute('wait\nfail Main');
    kernel.execute('print main');
    kernel.execute('wait\nfail Own', {}, inside(ids[0]));
    kernel.execute('print own', {}, inside(ids[0]));
    kernel.execute('wait', {}, inside(ids[1]));
    kernel.execute('print other', {}, inside(ids[1]));
    kernel.engine.interrupt();
    for (const name of ['print main', 'print own', 'print other']) await kernel.idle(name);
    const told = ['print main', 'print own', 'print other'].map((name) => kernel.reply(name));
    expect(told.map(({ status }) => status)).toEqual(['aborted', 'aborted', 'aborted']);
    expect(told[0].evalue).toBe('Not run, because a cell before it failed.');
    expect(kernel.reply('wait\nfail Main').execution_count).toBe(1);
    expect(kernel.reply('wait\nfail Own').execution_count).toBe(2);
  });

  test('that is deleted answers all that it was asked: what waits at once, what runs at its end', async () => {
    const { kernel, ids } = await open(1);
    const [id] = ids;
    kernel.execute('wait\nvalue done', {}, inside(id));
    kernel.execute('print never', {}, inside(id));
    kernel.say(
      'shell',
      'comm_open',
      { comm_id: 'c', target_name: 'known', data: {} },
      { name: 'open', ...inside(id) },
    );
    expect(kernel.engine.delivered).toEqual([]);
    expect(await asked(kernel, 'delete_subshell_request', { subshell_id: id })).toEqual({ status: 'ok' });
    expect(kernel.reply('print never')).toMatchObject({
      status: 'aborted',
      evalue: 'Not run, because its subshell was deleted.',
    });
    await kernel.idle('open');
    expect(kernel.engine.delivered.length).toBe(1);
    expect(kernel.reply('wait\nvalue done')).toBeUndefined();
    kernel.engine.release();
    await kernel.idle('wait\nvalue done');
    expect(kernel.reply('wait\nvalue done').status).toBe('ok');
    // What comes for it later is refused, but for the last words of a comm, which were sent before.
    kernel.execute('print late', {}, inside(id));
    await kernel.idle('print late');
    expect(kernel.reply('print late')).toMatchObject({ status: 'error', ename: 'UnknownSubshellError' });
    kernel.say('shell', 'comm_close', { comm_id: 'c', data: {} }, { name: 'close', ...inside(id) });
    await kernel.idle('close');
    expect([...kernel.engine.openComms.keys()]).toEqual([]);
  });

  test('hands over messages of comms while a cell of another runs', async () => {
    const { kernel, ids } = await open(1);
    kernel.execute('wait');
    kernel.execute('print behind it');
    kernel.say(
      'shell',
      'comm_open',
      { comm_id: 'c', target_name: 'known', data: {} },
      { name: 'open', ...inside(ids[0]) },
    );
    await kernel.idle('open');
    expect([...kernel.engine.openComms.keys()]).toEqual(['c']);
    expect(kernel.types().at(-1)).toBe('busy');
    kernel.engine.release();
    await kernel.idle('print behind it');
  });

  test('that nobody made is told to who asks, and logged of comms', async () => {
    const { kernel } = await open(0);
    for (const type of ['complete_request', 'is_complete_request', 'execute_request']) {
      const name = kernel.say('shell', type, { code: '1', cursor_pos: 1 }, inside('x'));
      await kernel.idle(name);
      expect(kernel.reply(name)).toMatchObject({ status: 'error', ename: 'UnknownSubshellError' });
      expect(kernel.reply(name).traceback.length).toBe(1);
    }
    const comm = kernel.say('shell', 'comm_msg', { comm_id: 'c', data: {} }, inside('x'));
    await kernel.idle(comm);
    expect(kernel.types(comm)).toEqual(['busy', 'idle']);
  });

  test('ends with the kernel, and all that it was asked is answered', async () => {
    const { kernel, ids } = await open(2);
    kernel.execute('hang');
    for (const id of ids) {
      kernel.execute(`hang\nprint ${id}`, {}, inside(id));
      kernel.execute(`print ${id}`, {}, inside(id));
    }
    await asked(kernel, 'delete_subshell_request', { subshell_id: ids[1] });
    kernel.say('control', 'shutdown_request', { restart: true }, { name: 'end' });
    await kernel.until(() => kernel.left === 1);
    const names = ['hang', ...ids.flatMap((id) => [`hang\nprint ${id}`, `print ${id}`]), 'end'];
    expect(names.map((name) => kernel.reply(name) !== undefined)).toEqual(names.map(() => true));
  });
});
