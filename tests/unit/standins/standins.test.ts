// Lines of notebooks of Deno, tslab and ijavascript, and what they show.
import { describe, expect, test } from '@jest/globals';
import type { Output } from '../../../src/api';
import { createDisplay } from '../../../src/display/api';
import type { standIns } from '../../../src/globals/standins';
import { createStandIns } from '../../../src/standins';
import { nodeWays } from '../../../src/standins/deno-ways';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
  'base64',
);

function notebook() {
  const outputs: Output[] = [];
  const tracked: Promise<unknown>[] = [];
  const sink = {
    emit: (output: Output) => void outputs.push(output),
    addPayload() {},
    track: (promise: Promise<unknown>) => void tracked.push(promise),
    cell: () => 1,
  };
  const input = Object.assign(() => '', { async: async () => 'Ada' });
  const { names, modules } = createStandIns({ ...createDisplay(sink), input, sink });
  const name = <T>(wanted: string) => names.get(wanted)!.get() as T;
  return {
    Deno: name<standIns.DenoNamespace>('Deno'),
    $$: name<standIns.IjavascriptSession>('$$'),
    tslab: modules.get('tslab')!() as standIns.Tslab,
    assign: (wanted: string, value: unknown) => names.get(wanted)!.set!(value),
    /** Kind, MIME type and content of each output. */
    shown: () =>
      outputs.map((output) => {
        if (output.kind === 'text') return `${output.stream}: ${output.text}`;
        if (!('data' in output)) return output.kind;
        const [[mime, content]] = Object.entries(output.data) as [[string, unknown]];
        return `${output.kind} ${mime}: ${String(content).slice(0, 20)}`;
      }),
    tracked,
  };
}

describe('tslab', () => {
  test.each<[string, (display: standIns.TslabDisplay) => void, string]>([
    ['png', (display) => display.png(new Uint8Array(png)), 'display image/png: iVBORw0KGgoAAAANSUhE'],
    ['html', (display) => display.html('<b>x</b>'), 'display text/html: <b>x</b>'],
    ['markdown', (display) => display.markdown('**x**'), 'display text/markdown: **x**'],
    ['svg', (display) => display.svg('<svg/>'), 'display image/svg+xml: <svg/>'],
    ['text', (display) => display.text('x'), 'display text/plain: x'],
    ['javascript', (display) => display.javascript('1'), 'display text/javascript: 1'],
    ['raw', (display) => display.raw('text/latex', '$x$'), 'display text/latex: $x$'],
  ])('display.%s', (_name, call, expected) => {
    const { tslab, shown } = notebook();
    call(tslab.display);
    expect(shown()).toEqual([expected]);
  });

  test('newDisplay is one place', () => {
    const { tslab, shown } = notebook();
    const place = tslab.newDisplay();
    place.html('1');
    place.html('2');
    expect(shown()).toEqual(['display text/html: 1', 'update text/html: 2']);
  });
});

describe('Deno', () => {
  test.each<[string, (jupyter: standIns.DenoJupyter) => unknown, string[]]>([
    ['display', ({ display }) => display([1]), ['display text/plain: [ 1 ]']],
    ['display, raw', ({ display }) => display({ 'text/html': 'x' }, { raw: true }), ['display text/html: x']],
    [
      'display, and its update',
      async ({ display, html }) => {
        await display(html`<b>${'<i>'}</b>`, { display_id: 'a' });
        await display({ 'text/html': '2' }, { raw: true, display_id: 'a', update: true });
      },
      ['display text/html: <b><i></b>', 'update text/html: 2'],
    ],
    [
      'broadcast',
      async ({ broadcast }) => {
        await broadcast('display_data', { data: { 'text/html': '1' }, transient: { display_id: 'b' } });
        await broadcast('update_display_data', {
          data: { 'text/html': '2' },
          transient: { display_id: 'b' },
        });
        await broadcast('stream', { name: 'stderr', text: 'x' });
        await broadcast('clear_output', { wait: true });
      },
      ['display text/html: 1', 'update text/html: 2', 'stderr: x', 'clear'],
    ],
    [
      'image',
      ({ display, image }) => display(image(new Uint8Array(png))),
      ['display image/png: iVBORw0KGgoAAAANSUhE'],
    ],
    ['md', ({ display, md }) => display(md`**${1}**`), ['display text/markdown: **1**']],
    [
      '$display',
      ({ display, $display }) => display({ [$display]: () => ({ 'text/plain': 'mine' }) }),
      ['display text/plain: mine'],
    ],
  ])('jupyter.%s', async (_name, call, expected) => {
    const { Deno, shown } = notebook();
    await call(Deno.jupyter);
    expect(shown()).toEqual(expected);
  });

  test.each([
    [
      'readTextFile',
      /^Cells run in Node, where there is no Deno\.readTextFile: await readFile\(path, 'utf8'\), from 'node:fs\/promises'$/,
    ],
    ['Command', /promisify\(execFile\)/],
    ['unheardOf', /no Deno\.unheardOf: what does the same is in a module of Node$/],
  ])('%s says the way of Node', (name, message) => {
    const { Deno } = notebook();
    expect(() => Deno[name]).toThrow(message);
  });

  test('every module that the table names is there', () => {
    const modules = Object.values(nodeWays).flatMap((way) => way.match(/node:[\w/]+/g) ?? []);
    expect(modules.length).toBeGreaterThan(40);
    for (const module of new Set(modules)) expect(require(module)).toBeTruthy();
  });
});

describe('ijavascript', () => {
  test.each<[string, ($$: standIns.IjavascriptSession) => void, string[]]>([
    ['html', ($$) => $$.html('<b>'), ['display text/html: <b>']],
    ['json', ($$) => $$.json({ a: 1 }), ['display application/json: [object Object]']],
    ['mime', ($$) => $$.mime({ 'text/latex': '$x$' }), ['display text/latex: $x$']],
    ['sendResult', ($$) => $$.sendResult([1]), ['display text/plain: [ 1 ]']],
    [
      'display',
      ($$) => {
        const place = $$.display('here');
        place.html('1');
        place.html('2');
      },
      ['display text/html: 1', 'update text/html: 2'],
    ],
  ])('$$.%s', (_name, call, expected) => {
    const { $$, shown } = notebook();
    call($$);
    expect(shown()).toEqual(expected);
  });

  test('the names of its first versions', () => {
    const { assign, shown } = notebook();
    assign('$$html$$', '<b>');
    expect(shown()).toEqual(['display text/html: <b>']);
  });

  test('async: the cell waits until something is sent', async () => {
    const { $$, shown, tracked } = notebook();
    $$.async();
    expect(tracked).toHaveLength(1);
    $$.text('first', true);
    let isOver = false;
    void tracked[0]!.then(() => {
      isOver = true;
    });
    await null;
    expect(isOver).toBe(false);
    $$.sendResult('last');
    await tracked[0];
    expect(shown()).toEqual(['display text/plain: first', "display text/plain: 'last'"]);
  });

  test('a promise is waited for, an error fails the cell', async () => {
    const { $$, shown, tracked } = notebook();
    $$.html(Promise.resolve('x'));
    await tracked[0];
    expect(shown()).toEqual(['display text/html: x']);
    $$.async();
    $$.sendError(new Error('no'));
    await expect(tracked[1]).rejects.toThrow('no');
    expect(() => $$.sendError(new Error('at once'))).toThrow('at once');
  });
});
