// A value goes in, what a person sees comes out.

import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { Rendering } from '../../../src/api';
import { registerRenderer, render } from '../../../src/display/render';

const display = Symbol.for('Jupyter.display');

/** Rendered at once: a promise here would cost a cell extra turns of the event loop. */
function shown(value: unknown): Rendering {
  const rendering = render(value);
  expect(rendering).not.toBeInstanceOf(Promise);
  return rendering as Rendering;
}
const text = (value: unknown) => shown(value).data['text/plain'];
const page = (value: unknown) => shown(value).data['text/html'] as string;
const kinds = (value: unknown) => Object.keys(shown(value).data).sort();

describe('text, as Node shows it', () => {
  class Point {
    constructor(
      readonly x: number,
      readonly y: number,
    ) {}
  }
  test.each<[unknown, string]>([
    [42, '42'],
    [-0, '-0'],
    [Number.NaN, 'NaN'],
    [10n, '10n'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    ['it\'s "so"', '`it\'s "so"`'],
    ['a\tb', "'a\\tb'"],
    [function twice() {}, '[Function: twice]'],
    [Point, '[class Point]'],
    [new Point(1, 2), 'Point { x: 1, y: 2 }'],
    [[1, 'a', [2]], "[ 1, 'a', [ 2 ] ]"],
    [new Map([['k', 1]]), "Map(1) { 'k' => 1 }"],
    [new Set([1]), 'Set(1) { 1 }'],
    [new Float32Array([1, 2]), 'Float32Array(2) [ 1, 2 ]'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [/a+/g, '/a+/g'],
  ])('%p', (value, expected) => {
    expect(shown(value)).toEqual({ data: { 'text/plain': expected }, metadata: {} });
  });

  test('an error shows its stack', () => {
    const error = new RangeError('too far');
    expect(text(error)).toBe(inspect(error));
    expect(text(error)).toContain('RangeError: too far\n    at ');
  });

  test('never has colours, whatever the defaults are', () => {
    inspect.defaultOptions.colors = true;
    try {
      expect(text({ a: 1 })).toBe('{ a: 1 }');
    } finally {
      inspect.defaultOptions.colors = false;
    }
  });

  test('a circle is named', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(text(circle)).toBe('<ref *1> { self: [Circular *1] }');
  });

  test('a string is cut where Node cuts it, and says so; one with many lines at 200', () => {
    expect(text('x'.repeat(10_000))).toBe(`'${'x'.repeat(10_000)}'`);
    expect(text('x'.repeat(300_000))).toBe(`'${'x'.repeat(10_000)}'... 290000 more characters`);
    expect(text({ body: 'x'.repeat(300_000) })).toContain("x'... 290000 more characters");
    expect(text('line of a text\n'.repeat(500))).toMatch(/'line of a text\\n' \+\n… 300 more lines$/);
  });

  test('what is long and no string is cut as well', () => {
    expect(text(10n ** 60_000n)).toMatch(/^10{49999}\n… 10002 more characters$/);
    expect(text(Symbol('x'.repeat(60_000)))).toMatch(/x\n… \d+ more characters$/);
    expect(text(new Error('x'.repeat(100_000)))).toMatch(/more (characters|lines)$/);
  });

  test('lists are cut at 100, dictionaries at 200 lines', () => {
    expect(text(Array.from({ length: 1000 }, (_, i) => i))).toContain('900 more items');
    const dictionary = Object.fromEntries(Array.from({ length: 30_000 }, (_, i) => [`k${i}`, i]));
    expect(text(dictionary)).toMatch(/k196: 196\n\}\n… 29803 more properties$/);
    const smaller = Object.fromEntries(Object.entries(dictionary).slice(0, 1000));
    expect(text(smaller)).toMatch(/k198: 198,\n… 802 more lines$/);
  });

  test('a deep and wide structure is shown less deep', () => {
    const wide = (depth: number): unknown =>
      depth === 0 ? 1 : Array.from({ length: 60 }, () => wide(depth - 1));
    const shownText = text(wide(4)) as string;
    expect(shownText).toContain('[Array]');
    expect(shownText.length).toBeLessThan(1_000_000);
  });

  test('what is long at depth 4 is shown as deep as Node shows it, and at most 200 lines of it', () => {
    const nested = (width: number) => ({ a: { b: { c: Object.fromEntries(members(width)) } } });
    const members = (width: number) =>
      Array.from({ length: width }, (_, i): [string, object] => [`member${i}`, { value: 'x'.repeat(50) }]);
    expect(text(nested(3))).toContain('member2: { value:');
    expect(text(nested(300))).toBe('{ a: { b: { c: [Object] } } }');
    class Chart {
      parts = Object.fromEntries(members(300));
    }
    const shown = (text(new Chart()) as string).split('\n');
    expect(shown).toHaveLength(201);
    expect(shown.at(-1)).toMatch(/^… \d+ more lines$/);
  });

  test('a text that an object gives itself is cut at as many lines', () => {
    const frame = { [inspect.custom]: () => Array.from({ length: 500 }, (_, i) => `row ${i}`).join('\n') };
    expect(text(frame)).toMatch(/row 199\n… 300 more lines$/);
    const long = { [inspect.custom]: () => 'x'.repeat(60_000) };
    expect(text(long)).toMatch(/^x{50000}\n… 10000 more characters$/);
  });

  test('lone surrogates never reach the page', () => {
    expect((text('a\ud800b') as string).isWellFormed()).toBe(true);
    expect(page([{ name: 'a\ud800b' }])).toContain('a\ufffdb');
  });
});

describe('values that misbehave', () => {
  test('getters are not run', () => {
    let ran = 0;
    const value = {
      get costly() {
        ran++;
        return 1;
      },
    };
    expect(text(value)).toBe('{ costly: [Getter] }');
    expect(page([value])).toContain('[Getter]');
    expect(text([value])).toBe('[ { costly: [Getter] } ]');
    class Tricky {
      get [display](): unknown {
        ran++;
        return undefined;
      }
      get outerHTML(): unknown {
        ran++;
        return undefined;
      }
    }
    text(new Tricky());
    expect(ran).toBe(0);
  });

  test('an inspection that throws is told, and the value shown all the same', () => {
    const value = {
      a: 1,
      [inspect.custom]() {
        throw new Error('boom');
      },
    };
    expect(text(value)).toMatch(/a: 1[\s\S]*\(its own inspection threw: Error: boom\)/);
  });

  test('a proxy whose traps all throw', () => {
    const refuse = () => {
      throw new Error('no');
    };
    const traps = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, refuse]));
    // Newer versions of Node say that it is a proxy.
    const trapped = new Proxy({ a: 1 }, traps);
    expect(text(trapped)).toBe(inspect(trapped));
    expect(text([trapped])).toBe(inspect([trapped]));
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(text(proxy)).toBe('<Revoked Proxy>');
  });

  test('a display method that throws is told', () => {
    const value = {
      [display]() {
        throw new Error('boom');
      },
    };
    expect(text(value)).toContain('(showing it otherwise failed: Error: boom)');
  });

  test('a bundle that would freeze the page is refused', () => {
    const value = { [display]: () => ({ 'text/html': 'x'.repeat(60_000_000) }) };
    expect(kinds(value)).toEqual(['text/plain']);
    expect(text(value)).toMatch(/Not shown: with text\/html it is 60\.0 MB, more than the 50 MB/);
  });
});

describe('values that show themselves', () => {
  test('Deno-style: a method that returns a bundle', () => {
    const value = { [display]: () => ({ 'text/html': '<b>x</b>', 'text/plain': 'x' }) };
    expect(shown(value)).toEqual({ data: { 'text/html': '<b>x</b>', 'text/plain': 'x' }, metadata: {} });
  });

  test('a wrapper without text gets one from its bundle', () => {
    expect(text({ [display]: () => ({ 'text/html': '<p>a &lt; b</p><p>c</p>' }) })).toBe('a < b\nc');
    expect(text({ [display]: () => ({ 'text/markdown': '# hi' }) })).toBe('# hi');
  });

  test('an instance without text is shown as text too', () => {
    class Thing {
      n = 1;
      [display]() {
        return { 'text/html': '<i>thing</i>' };
      }
    }
    expect(text(new Thing())).toBe('Thing { n: 1 }');
  });

  test('asynchronously', async () => {
    const rendering = render({ [display]: async () => ({ 'text/plain': 'later' }) });
    expect(rendering).toBeInstanceOf(Promise);
    expect(await rendering).toEqual({ data: { 'text/plain': 'later' }, metadata: {} });
  });

  test('asynchronously, and in vain', async () => {
    const { data } = await render({ [display]: async () => Promise.reject(new Error('offline')) });
    expect(data['text/plain']).toContain('offline');
  });

  test('through a proxy, as data frames do', () => {
    const frame = new Proxy(
      { [display]: () => ({ 'text/html': '<table></table>', 'text/plain': 't' }) },
      {
        get: (target, key) => Reflect.get(target, key),
      },
    );
    expect(page(frame)).toBe('<table></table>');
  });

  test('with metadata', () => {
    const value = {
      [display]: () => ({ data: { 'text/plain': 'x' }, metadata: { 'text/plain': { width: 1 } } }),
    };
    expect(shown(value).metadata).toEqual({ 'text/plain': { width: 1 } });
  });

  test('something that is no bundle is passed over', () => {
    expect(text({ a: 1, [display]: () => 5 })).toContain('a: 1');
  });

  test('MIME parameters and JSON kinds are put right', () => {
    const value = {
      [display]: () => ({
        'text/html;charset=utf-8': 'x',
        'application/json': { n: 5n, bad: 'a\ud800', pair: '😀', trap: '\\ud800' },
        'image/png': new Uint8Array([1, 2, 3]),
      }),
    };
    expect(shown(value).data).toMatchObject({
      'text/html': 'x',
      'application/json': { n: 5, bad: 'a\ufffd', pair: '😀', trap: '\\ud800' },
      'image/png': 'AQID',
    });
  });
});

describe('what the user taught', () => {
  test('a class', () => {
    class Money {
      constructor(readonly amount: number) {}
    }
    registerRenderer(Money, (money) => ({ 'text/html': `<b>${money.amount} €</b>` }));
    expect(page(new Money(5))).toBe('<b>5 €</b>');
    expect(text(new Money(5))).toBe('Money { amount: 5 }');
    registerRenderer(Money, (money) => `${money.amount} EUR`);
    expect(shown(new Money(5)).data).toEqual({ 'text/plain': '5 EUR' });
  });

  test('a test, also for primitives; one that throws does not match', () => {
    registerRenderer(
      (value) => (value as string).startsWith('tel:'),
      (value) => ({ 'text/html': `<a>${String(value)}</a>` }),
    );
    expect(page('tel:1')).toBe('<a>tel:1</a>');
    expect(text(5)).toBe('5');
  });
});

describe('tables', () => {
  test('an array of records', () => {
    expect(
      shown([
        { a: 1, b: '<x>' },
        { a: 2, c: true },
      ]).data,
    ).toEqual({
      'text/html':
        '<table border="1" class="dataframe"><thead><tr><th></th><th style="text-align: right">a</th><th style="text-align: left">b</th><th style="text-align: left">c</th></tr></thead><tbody>' +
        '<tr><th>0</th><td style="text-align: right">1</td><td style="text-align: left">&lt;x&gt;</td><td style="text-align: left"></td></tr>' +
        '<tr><th>1</th><td style="text-align: right">2</td><td style="text-align: left"></td><td style="text-align: left">true</td></tr>' +
        '</tbody></table>',
      'text/plain': "[ { a: 1, b: '<x>' }, { a: 2, c: true } ]",
    });
  });

  test('a Map to records has its keys in front', () => {
    expect(page(new Map([['berlin', { people: 3 }]]))).toContain('<th>berlin</th>');
  });

  test.each<[string, unknown]>([
    ['numbers', [1, 2]],
    ['nothing', []],
    ['empty records', [{}]],
    ['a mixture', [{ a: 1 }, 2]],
    ['instances', [new Date(), new Date()]],
    ['deep structures', [{ a: { b: 1 } }]],
  ])('no table for an array of %s', (_name, value) => {
    expect(kinds(value)).toEqual(['text/plain']);
  });
});

describe('specifications', () => {
  test('Vega-Lite by its version, a newer one also as the newest that pages draw', () => {
    const specification = (version: string) => ({
      $schema: `https://vega.github.io/schema/vega-lite/${version}.json`,
      mark: 'bar',
    });
    expect(kinds(specification('v5'))).toEqual(['application/vnd.vegalite.v5+json', 'text/plain']);
    expect(kinds(specification('v6.1.0'))).toEqual([
      'application/vnd.vegalite.v5+json',
      'application/vnd.vegalite.v6+json',
      'text/plain',
    ]);
  });

  test('Vega, Plotly, GeoJSON', () => {
    expect(kinds({ $schema: 'https://vega.github.io/schema/vega/v5.json' })).toContain(
      'application/vnd.vega.v5+json',
    );
    expect(kinds({ data: [{ type: 'scatter', x: [1], y: [2] }], layout: {} })).toContain(
      'application/vnd.plotly.v1+json',
    );
    expect(kinds({ type: 'Point', coordinates: [1, 2] })).toContain('application/geo+json');
    expect(kinds({ type: 'FeatureCollection', features: [] })).toContain('application/geo+json');
  });

  test.each<[string, unknown]>([
    ['a JSON schema', { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' }],
    ['an answer of an API', { data: [{ type: 'article', id: 1 }] }],
    ['a point of another kind', { type: 'Point', x: 1 }],
  ])('%s is an object like others', (_name, value) => {
    expect(kinds(value)).toEqual(['text/plain']);
  });
});

describe('pictures', () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAIAAAA2iEnWAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg==',
    'base64',
  );

  test('PNG bytes, with the size of their header', () => {
    expect(shown(png)).toEqual({
      data: { 'image/png': png.toString('base64'), 'text/plain': `<image/png 2×3, ${png.length} bytes>` },
      metadata: { 'image/png': { width: 2, height: 3 } },
    });
    expect(kinds(new Uint8Array(png))).toContain('image/png');
    expect(kinds(new Uint8Array(png).buffer)).toContain('image/png');
  });

  test('JPEG, GIF, WebP, PDF and SVG', () => {
    const jpeg = Buffer.from('ffd8ffe000104a46494600010101000000000000ffc0000b0801e0028001011100ffd9', 'hex');
    expect(shown(jpeg).metadata).toEqual({ 'image/jpeg': { width: 640, height: 480 } });
    const gif = Buffer.from('GIF89a\x05\x00\x04\x00', 'latin1');
    expect(shown(gif).metadata).toEqual({ 'image/gif': { width: 5, height: 4 } });
    const webp = Buffer.concat([
      Buffer.from('RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0'),
      Buffer.from([9, 0, 0, 7, 0, 0]),
    ]);
    expect(shown(webp).metadata).toEqual({ 'image/webp': { width: 10, height: 8 } });
    expect(kinds(Buffer.from('%PDF-1.7'))).toContain('application/pdf');
    expect(shown(Buffer.from('<?xml version="1.0"?>\n<svg xmlns="x"/>')).data['image/svg+xml']).toMatch(
      /<svg/,
    );
  });

  test('a picture that ends within its header has no size', () => {
    expect(shown(Buffer.from('ffd8ffe0', 'hex')).metadata).toEqual({});
  });

  test('other bytes are bytes', () => {
    expect(shown(Buffer.from([1, 2])).data).toEqual({ 'text/plain': '<Buffer 01 02>' });
  });

  test('a Blob, once it is read', async () => {
    expect((await render(new Blob([png], { type: 'image/png' }))).metadata).toEqual({
      'image/png': { width: 2, height: 3 },
    });
    expect((await render(new Blob(['<i>x</i>'], { type: 'text/html' }))).data['text/html']).toBe('<i>x</i>');
    expect((await render(new Blob(['x'], { type: 'application/zip' }))).data['text/plain']).toContain('Blob');
  });

  test('a canvas, by toBuffer or toDataURL', async () => {
    class Canvas {
      getContext() {}
      toBuffer(_type: string): unknown {
        return png;
      }
    }
    class AsyncCanvas extends Canvas {
      override toBuffer() {
        return Promise.resolve(png);
      }
    }
    class UrlCanvas {
      getContext() {}
      toDataURL() {
        return `data:image/png;base64,${png.toString('base64')}`;
      }
    }
    expect(kinds(new Canvas())).toContain('image/png');
    expect((await render(new AsyncCanvas())).data).toHaveProperty('image/png');
    expect(kinds(new UrlCanvas())).toContain('image/png');
  });
});

describe('documents', () => {
  class Node {
    get nodeType() {
      return 1;
    }
    constructor(
      readonly localName: string,
      readonly markup: string,
    ) {}
    get outerHTML() {
      return this.markup;
    }
  }

  test('an element is HTML', () => {
    expect(shown(new Node('p', '<p>hi</p>')).data).toEqual({ 'text/html': '<p>hi</p>', 'text/plain': 'hi' });
  });

  test('an svg element stands by itself', () => {
    expect(shown(new Node('svg', '<svg width="1"><text>a&nbsp;b</text></svg>')).data['image/svg+xml']).toBe(
      '<svg xmlns="http://www.w3.org/2000/svg" width="1"><text>a&#160;b</text></svg>',
    );
  });

  test('a plot that takes its colour from the page is HTML as well', () => {
    const plot = new Node('svg', '<svg fill="currentColor" xmlns="http://www.w3.org/2000/svg"></svg>');
    expect(kinds(plot)).toEqual(['image/svg+xml', 'text/html', 'text/plain']);
  });

  test('a URL is a link', () => {
    expect(page(new URL('https://example.org/?a=1&b=2'))).toContain(
      'href="https://example.org/?a=1&amp;b=2"',
    );
    // biome-ignore lint/suspicious/noExplicitAny: what must not become a link.
    expect(kinds(new URL('javascript:alert(1)') as any)).toEqual(['text/plain']);
  });

  test('Temporal', () => {
    class PlainDate {
      get [Symbol.toStringTag]() {
        return 'never asked';
      }
      toString() {
        return '2026-11-24';
      }
    }
    Object.defineProperty(PlainDate.prototype, Symbol.toStringTag, { value: 'Temporal.PlainDate' });
    expect(text(new PlainDate())).toBe('Temporal.PlainDate <2026-11-24>');
  });
});
