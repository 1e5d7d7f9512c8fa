// The display functions, seen from what they send.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { CellPayload, Output } from '../../../src/api';
import { createDisplay, isSilent } from '../../../src/display/api';

function notebook() {
  const outputs: Output[] = [];
  const payloads: CellPayload[] = [];
  const pending: Promise<unknown>[] = [];
  let cell = 1;
  const globals = createDisplay({
    emit: (output) => void outputs.push(output),
    addPayload: (payload) => void payloads.push(payload),
    track: (promise) => void pending.push(promise),
    cell: () => cell,
  });
  return {
    ...globals,
    outputs,
    payloads,
    pending,
    nextCellStarts() {
      cell++;
    },
    data: () => outputs.map((output) => ('data' in output ? output.data : output.kind)),
  };
}

const later = (text: string) => ({ [Symbol.for('Jupyter.display')]: async () => ({ 'text/plain': text }) });
/** Resolves when told. */
function held() {
  let release = (_text: string): void => {};
  const bundle = new Promise<object>((resolve) => {
    release = (text) => resolve({ 'text/plain': text });
  });
  return { value: { [Symbol.for('Jupyter.display')]: () => bundle }, release };
}

describe('display', () => {
  test('shows a value, at once, in a place with an id', () => {
    const { display, outputs } = notebook();
    const handle = display({ a: 1 });
    expect(outputs).toEqual([
      { kind: 'display', displayId: handle.id, data: { 'text/plain': '{ a: 1 }' }, metadata: {} },
    ]);
  });

  test('as the value of a cell its handle shows nothing more', () => {
    const { display } = notebook();
    expect(isSilent(display(1))).toBe(true);
    expect(isSilent({ id: 'x' })).toBe(false);
    expect(isSilent(null)).toBe(false);
  });

  test('a handle updates and clears its place', () => {
    const { display, outputs } = notebook();
    const handle = display.html('<b>1</b>', { id: 'here' });
    handle.update('<b>2</b>');
    handle.clear();
    display.update('here', 3);
    expect(outputs).toEqual([
      {
        kind: 'display',
        displayId: 'here',
        data: { 'text/html': '<b>1</b>', 'text/plain': '1' },
        metadata: {},
      },
      {
        kind: 'update',
        displayId: 'here',
        data: { 'text/html': '<b>2</b>', 'text/plain': '2' },
        metadata: {},
      },
      { kind: 'update', displayId: 'here', data: { 'text/plain': '' }, metadata: {} },
      { kind: 'update', displayId: 'here', data: { 'text/plain': '3' }, metadata: {} },
    ]);
  });

  test('each kind', () => {
    const { display, data } = notebook();
    display.markdown('# a');
    display.svg('<svg></svg>');
    display.latex('x^2');
    display.latex('$y$');
    display.javascript('1');
    display.text('plain');
    display.mime({ 'text/x-thing': 't' });
    display('<i>', { mime: 'text/html' });
    expect(data()).toEqual([
      { 'text/markdown': '# a', 'text/plain': '# a' },
      { 'image/svg+xml': '<svg xmlns="http://www.w3.org/2000/svg"></svg>', 'text/plain': '<image/svg+xml>' },
      { 'text/latex': '$$x^2$$', 'text/plain': 'x^2' },
      { 'text/latex': '$y$', 'text/plain': '$y$' },
      { 'application/javascript': '1', 'text/plain': '<script>' },
      { 'text/plain': 'plain' },
      { 'text/x-thing': 't', 'text/plain': 'text/x-thing' },
      { 'text/html': '<i>', 'text/plain': '<i>' },
    ]);
  });

  test('JSON as a tree', () => {
    const { display, outputs } = notebook();
    display.json({ a: [1] }, { expanded: true });
    expect(outputs[0]).toMatchObject({
      data: { 'application/json': { a: [1] }, 'text/plain': '{ a: [ 1 ] }' },
      metadata: { 'application/json': { expanded: true } },
    });
  });

  test('a table with chosen columns and bounds', () => {
    const { display, data } = notebook();
    display.table(
      [
        { a: 1, b: 2 },
        { a: 3, b: 4 },
      ],
      { columns: ['b'], maxRows: 1 },
    );
    expect(data()[0]).toMatchObject({ 'text/plain': expect.stringMatching(/^2 rows × 1 column\n/) });
    expect(() => display.table(5)).toThrow('display.table takes an array');
  });

  test('pictures: a file, an address, bytes, a Blob', async () => {
    const { display, outputs } = notebook();
    const gif = Buffer.from('GIF89a\x05\x00\x04\x00', 'latin1');
    const file = join(mkdtempSync(join(tmpdir(), 'display-')), 'a.gif');
    writeFileSync(file, gif);
    display.image(file);
    display.image(gif, { width: 100, alt: 'a dot' });
    display.image('https://example.org/a.png?x="', { alt: 'far' });
    await display.image(new Blob([gif])).ready;
    const bytes = gif.toString('base64');
    expect(outputs.map((output) => ({ ...output, displayId: '' }))).toMatchObject([
      { data: { 'image/gif': bytes }, metadata: { 'image/gif': { width: 5, height: 4 } } },
      {
        data: { 'image/gif': bytes, 'text/plain': 'a dot' },
        metadata: { 'image/gif': { width: 100, alt: 'a dot' } },
      },
      {
        data: {
          'text/html': '<img src="https://example.org/a.png?x=&quot;" alt="far">',
          'text/plain': 'far',
        },
      },
      { data: { 'image/gif': bytes } },
    ]);
    expect(() => display.image(Buffer.from('nothing'))).toThrow('no PNG, JPEG');
  });

  test('a picture that came as base64, and one of a kind that has to be named', () => {
    const { display, data } = notebook();
    const base64 = Buffer.concat([
      Buffer.from('GIF89a\x05\x00\x04\x00', 'latin1'),
      Buffer.alloc(50),
    ]).toString('base64');
    display.image(base64, { mime: 'image/gif' });
    display.image(base64);
    display.image(`${base64.slice(0, 40)}\n${base64.slice(40)}\n`);
    display.image(Buffer.from('quite new'), { mime: 'image/avif' });
    expect(data()).toEqual([
      ...[1, 2, 3].map(() => ({ 'image/gif': base64, 'text/plain': '<image/gif 5×4, 60 bytes>' })),
      { 'image/avif': 'cXVpdGUgbmV3', 'text/plain': '<image/avif, 9 bytes>' },
    ]);
    expect(() => display.image('c29tZSB3b3JkcyB3aXRob3V0IGEgcGljdHVyZQ==')).toThrow('ENOENT');
  });

  test('what takes time keeps its place in the order, and the cell waits for it', async () => {
    const { display, data, pending } = notebook();
    const first = held();
    display(first.value);
    display(2);
    const last = display(later('3'));
    expect(data()).toEqual([]);
    first.release('1');
    await Promise.all(pending);
    await last.ready;
    expect(data()).toEqual([{ 'text/plain': '1' }, { 'text/plain': '2' }, { 'text/plain': '3' }]);
    display(4);
    expect(data()).toHaveLength(4);
  });

  test('what never arrives holds up its own cell only', () => {
    const { display, data, nextCellStarts } = notebook();
    display(held().value);
    nextCellStarts();
    display('next');
    expect(data()).toEqual([{ 'text/plain': "'next'" }]);
  });

  test('clearOutput, page and nextCell', () => {
    const { clearOutput, page, nextCell, outputs, payloads } = notebook();
    clearOutput();
    clearOutput({ wait: true });
    page('long');
    page([1]);
    nextCell('1 + 1');
    nextCell('2', { replace: true });
    expect(outputs).toEqual([
      { kind: 'clear', wait: false },
      { kind: 'clear', wait: true },
    ]);
    expect(payloads).toEqual([
      { kind: 'page', data: { 'text/plain': 'long' } },
      { kind: 'page', data: { 'text/plain': '[ 1 ]' } },
      { kind: 'nextCell', source: '1 + 1', replace: false },
      { kind: 'nextCell', source: '2', replace: true },
    ]);
  });
});

describe('templates', () => {
  const { html, md, svg, display, data } = notebook();

  test('html escapes what is interpolated, but not markup', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    expect(String(html`<ul title="${'"'}">${items}</ul>${null}${false}${0}`)).toBe(
      '<ul title="&quot;"><li>a</li><li>&lt;b&gt;</li></ul>0',
    );
  });

  test('called with a text it takes it as it is', () => {
    expect(String(html`<p>${html('<hr>')}</p>`)).toBe('<p><hr></p>');
  });

  test('md escapes what would be markup', () => {
    expect(String(md`**${'a*b'}** ${'- x'} ${'1. y'} ${3.14}`)).toBe('**a\\*b** \\- x 1\\. y 3.14');
  });

  test('they show themselves', () => {
    display(svg`<svg><text>${'<'}</text></svg>`);
    expect(data()).toEqual([
      {
        'image/svg+xml': '<svg xmlns="http://www.w3.org/2000/svg"><text>&lt;</text></svg>',
        'text/plain': '<image/svg+xml>',
      },
    ]);
  });
});

describe('progress', () => {
  const bars = (outputs: Output[]) =>
    outputs.map((output) =>
      'data' in output
        ? `${output.kind} ${output.displayId} ${output.data['text/plain']}`.replace(/ · .*/, '')
        : '',
    );

  test('a loop: one place, the beginning and the end', () => {
    const { progress, outputs } = notebook();
    const seen: string[] = [];
    for (const item of progress(['a', 'b'], { label: 'letters' })) seen.push(item);
    expect(seen).toEqual(['a', 'b']);
    expect(outputs[0]).toMatchObject({
      kind: 'display',
      data: { 'text/plain': 'letters ░░░░░░░░░░░░░░░░░░░░ 0% · 0/2' },
    });
    expect(outputs.at(-1)).toMatchObject({
      kind: 'update',
      displayId: (outputs[0] as { displayId: string }).displayId,
    });
    expect((outputs.at(-1) as { data: object }).data).toMatchObject({
      'text/plain': expect.stringMatching(/^letters █{20} 100% · 2 · /),
      'text/html': expect.stringContaining('<progress max="1" value="1.0000"'),
    });
  });

  test('draws far less often than it is called', () => {
    const { progress, outputs } = notebook();
    let sum = 0;
    for (const step of progress(100_000)) sum += step;
    expect(sum).toBe(4999950000);
    expect(outputs.length).toBeLessThan(200);
  });

  test('async, and left early', async () => {
    const { progress, outputs } = notebook();
    async function* source() {
      yield 1;
      yield 2;
      yield 3;
    }
    for await (const item of progress(source(), { total: 3 })) if (item === 2) break;
    expect((outputs.at(-1) as { data: object }).data).toMatchObject({
      'text/plain': expect.stringMatching(/33% · 1\/3 · stopped/),
    });
  });

  test('inner loops take turns in one place', () => {
    const { progress, outputs } = notebook();
    for (const _ of progress(3)) for (const __ of progress(2)) void 0;
    const displays = outputs.filter((output) => output.kind === 'display');
    expect(displays).toHaveLength(2);
    expect(new Set(bars(outputs).map((line) => line.split(' ')[1])).size).toBe(2);
  });

  test('by hand', () => {
    const { progress, outputs } = notebook();
    const bar = progress.bar({ total: 10, label: '<load>' });
    bar.advance(4);
    expect(bar.count).toBe(4);
    bar.count = 10;
    bar.done();
    bar.done();
    expect(isSilent(bar)).toBe(true);
    expect(outputs.at(-1)).toMatchObject({
      data: { 'text/html': expect.stringContaining('<span>&lt;load&gt;</span>') },
    });
  });

  test('a total that nobody knows', () => {
    const { progress, outputs } = notebook();
    const bar = progress.bar();
    bar.done();
    expect(outputs[0]).toMatchObject({ data: { 'text/plain': '0' } });
  });
});
