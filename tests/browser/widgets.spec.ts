// Widgets and rich output in a real JupyterLab: what a person moves reaches the kernel, and what the kernel shows is seen.
import { describe, expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { colourOf, contrastOf, type Notebook, screenshot } from './notebook';
import { lab, open, page } from './stage';

/** What this program knows of the page's own globals, in functions that run there. */
declare const getComputedStyle: (element: unknown) => { readonly textAlign: string; readonly fill: string };

/** Drags the handle of a slider to a part of its length. */
async function drag(slider: Locator, share: number): Promise<void> {
  // It may still move, as long as what is around it is drawn.
  await slider.locator('.noUi-handle').hover();
  await page.mouse.down();
  const { x, y, width, height } = (await slider.locator('.noUi-base').boundingBox())!;
  await page.mouse.move(x + width * share, y + height / 2, { steps: 5 });
  await page.mouse.up();
}

function readout(slider: Locator): Locator {
  return slider.locator('.widget-readout');
}

/** How light a colour is, from 0 to 255. */
async function lightness(place: Locator): Promise<number> {
  const [red, green, blue] = (await colourOf(place)).match(/\d+/g)!.map(Number);
  return (red! + green! + blue!) / 3;
}

describe('a slider', () => {
  test('that is moved changes a value in the kernel and redraws an output', async () => {
    const notebook = await open(
      'slider',
      'const slider = new widgets.IntSlider({ value: 1, max: 20 })\nslider',
      "interact(({ size }) => html('<b>' + '*'.repeat(size) + '</b>'), { size: slider })",
      'slider.value',
    );
    await notebook.run(0);
    await notebook.run(1);
    const slider = notebook.outputs(0).locator('.widget-slider');
    await slider.waitFor();
    const drawn = notebook.outputs(1).locator('b');
    await drawn.filter({ hasText: /^\*$/ }).waitFor();
    await drag(slider, 0.75);
    await drawn.filter({ hasText: /^\*{15}$/ }).waitFor();
    await notebook.run(2);
    expect(await notebook.text(2)).toBe('15');
    expect(await readout(slider).textContent()).toBe('15');
  });

  test('follows the kernel, and keeps to its bounds', async () => {
    const notebook = await open(
      'follow',
      'const slider = new widgets.IntSlider({ value: 1, max: 20 })\nslider',
      "slider.value = 50; slider.description = 'from the kernel'; slider.value",
    );
    await notebook.run(0);
    await notebook.outputs(0).locator('.widget-slider').waitFor();
    await notebook.run(1);
    expect(await notebook.text(1)).toBe('20');
    await notebook.outputs(0).getByText('from the kernel').waitFor();
    expect(await readout(notebook.outputs(0)).textContent()).toBe('20');
  });

  test('is heard while another cell waits, and what its listener prints stays with it', async () => {
    const notebook = await open(
      'heard',
      'const slider = new widgets.IntSlider()\nslider.observe("value", (value) => { if (value === 100) console.log("heard", value) })\nslider',
      'console.log("waiting"); while ((await slider.next("value")) < 100); console.log("over")',
    );
    await notebook.run(0);
    await notebook.start(1);
    await notebook.outputs(1).filter({ hasText: 'waiting' }).waitFor();
    await notebook.running(1);
    await drag(notebook.outputs(0).locator('.widget-slider'), 1.1);
    await notebook.finished(1);
    expect(await notebook.text(1)).toMatch(/^waiting\s+over$/);
    expect(await notebook.text(0)).toContain('heard 100');
  });

  test('is there again after the page was loaded anew, and still moves', async () => {
    const notebook = await open(
      'restore',
      "const slider = new widgets.IntSlider({ value: 1, max: 20 })\nslider.observe('value', (value) => console.log('heard', value))\nslider",
      'slider.value',
    );
    await notebook.run(0);
    await notebook.outputs(0).locator('.widget-slider').waitFor();
    await drag(notebook.outputs(0).locator('.widget-slider'), 0.5);
    // While a slider moves, the page sends a value only when the kernel is done with the one before.
    await notebook.outputs(0).filter({ hasText: 'heard 10' }).waitFor();
    await notebook.save();
    await page.reload();
    await notebook.panel.waitFor();
    await notebook.idle();
    const slider = notebook.outputs(0).locator('.widget-slider');
    await slider.waitFor();
    expect(await readout(slider).textContent()).toBe('10');
    await drag(slider, 0.25);
    const shown = (await readout(slider).textContent())!;
    expect(shown).not.toBe('10');
    for (let runs = 0; runs < 20 && (await notebook.text(1)) !== shown; runs++) await notebook.run(1);
    expect(await notebook.text(1)).toBe(shown);
  });
});

describe('after the page was loaded anew', () => {
  /** Runs cells, saves, and loads the page again, which then has not sent the cells itself. */
  async function reloaded(name: string, shown: string, ...cells: string[]): Promise<Notebook> {
    const notebook = await open(name, ...cells);
    for (const index of cells.keys()) await notebook.run(index);
    await notebook.outputs(0).locator(shown).first().waitFor();
    await notebook.save();
    await page.reload();
    await notebook.panel.waitFor();
    await notebook.idle();
    await notebook.outputs(0).locator(shown).first().waitFor();
    return notebook;
  }

  test('an output widget takes what a click prints, at once and later', async () => {
    const notebook = await reloaded(
      'reloaded-output',
      'button',
      `const place = new widgets.Output()
const go = new widgets.Button({ description: 'Go' })
let clicks = 0
go.onClick(async () => {
  const click = ++clicks
  place.run(() => console.log('click', click))
  await new Promise((resolve) => setTimeout(resolve, 300))
  place.run(() => display(html('<b>answer ' + click + '</b>')))
})
new widgets.VBox({ children: [go, place] })`,
    );
    const place = notebook.outputs(0).locator('.widget-box .jp-OutputArea');
    for (const click of ['1', '2']) {
      await notebook.outputs(0).locator('button', { hasText: 'Go' }).click();
      await place.getByText(`click ${click}`).waitFor();
      await place.locator('b', { hasText: `answer ${click}` }).waitFor();
    }
    expect((await place.innerText()).match(/click \d|answer \d/g)).toEqual([
      'click 1',
      'answer 1',
      'click 2',
      'answer 2',
    ]);
  });

  test('interact draws anew what a slider chooses, also when that takes time', async () => {
    const notebook = await reloaded(
      'reloaded-interact',
      '.widget-slider',
      `interact(({ size }) => html('<b>' + '*'.repeat(size) + '</b>'), { size: { min: 0, max: 20, value: 1 } })`,
      `interact(async ({ n }) => {
  await new Promise((resolve) => setTimeout(resolve, 200))
  return html('<i>' + n + '</i>')
}, { n: { min: 0, max: 20, value: 2 } })`,
    );
    await drag(notebook.outputs(0).locator('.widget-slider'), 0.5);
    await notebook
      .outputs(0)
      .locator('b')
      .filter({ hasText: /^\*{10}$/ })
      .waitFor();
    const slow = notebook.outputs(1).locator('.widget-slider');
    await slow.waitFor();
    await drag(slow, 0.75);
    await notebook.outputs(1).locator('i').filter({ hasText: /^15$/ }).waitFor();
    expect(await notebook.outputs(1).locator('i').count()).toBe(1);
  });
});

/** What shows notebooks as pages without their code runs the cells itself: its page has sent none of them. */
test('in Voilà, a click prints into its output widget, and a slider redraws', async () => {
  const name = lab.addNotebook('voila.ipynb', [
    `const place = new widgets.Output()
const go = new widgets.Button({ description: 'Go' })
go.onClick(() => place.run(() => console.log('clicked')))
display(new widgets.VBox({ children: [go, place] }))
interact(({ size }) => html('<b>' + '*'.repeat(size) + '</b>'), { size: { min: 0, max: 20, value: 1 } })`,
  ]);
  // The page takes a font from elsewhere, and would wait for it where there is no network.
  await page.route(
    (url) => url.origin !== new URL(lab.url).origin,
    (route) => route.abort(),
  );
  await page.goto(`${lab.url}voila/render/${name}?token=${lab.token}`, { waitUntil: 'commit' });
  await page.locator('b').filter({ hasText: /^\*$/ }).waitFor();
  await page.locator('button', { hasText: 'Go' }).click();
  await page.locator('.jp-OutputArea').getByText('clicked').first().waitFor();
  await drag(page.locator('.widget-slider'), 0.5);
  await page
    .locator('b')
    .filter({ hasText: /^\*{10}$/ })
    .waitFor();
});

describe('a button', () => {
  test('is clicked while its cell waits for the click', async () => {
    const notebook = await open(
      'click',
      "const go = new widgets.Button({ description: 'Go on' })\ndisplay(go)\nawait go.clicked()\n'clicked'",
    );
    await notebook.start(0);
    const button = notebook.outputs(0).locator('button', { hasText: 'Go on' });
    await button.waitFor();
    await notebook.running(0);
    await button.click();
    await notebook.finished(0);
    expect(await notebook.text(0)).toContain("'clicked'");
  });

  test('of a module of the user shares its state with the kernel', async () => {
    const notebook = await open(
      'module',
      `const counter = widget({
  esm: {
    render({ model, el }) {
      const button = el.ownerDocument.createElement('button')
      const draw = () => { button.textContent = 'clicked ' + model.get('count') + ' times' }
      button.onclick = () => { model.set('count', model.get('count') + 1); model.save_changes() }
      model.on('change:count', draw)
      draw()
      el.append(button)
    },
  },
  css: 'button { color: rgb(1, 2, 3) }',
  state: { count: 5 },
})
counter.observe('count', (count) => console.log('count', count))
counter`,
      'counter.count *= 10',
      'counter.count',
    );
    await notebook.run(0);
    const button = notebook.outputs(0).locator('button', { hasText: 'clicked' });
    await button.filter({ hasText: 'clicked 5 times' }).click();
    await button.filter({ hasText: 'clicked 6 times' }).waitFor();
    await notebook.outputs(0).filter({ hasText: 'count 6' }).waitFor();
    expect(await colourOf(button)).toBe('rgb(1, 2, 3)');
    await notebook.run(1);
    await button.filter({ hasText: 'clicked 60 times' }).waitFor();
    await button.click();
    await button.filter({ hasText: 'clicked 61 times' }).waitFor();
    await notebook.run(2);
    expect(await notebook.text(2)).toBe('61');
  });
});

describe('the controls', () => {
  test('give the kernel what is entered: text, a choice, a tick, a colour, a date, a file', async () => {
    const notebook = await open(
      'controls',
      `const { Text, Dropdown, Checkbox, ColorPicker, DatePicker, FileUpload, VBox } = widgets
const [text, choice, tick, colour, date, file] = [
  new Text(), new Dropdown({ options: new Map([['one', 1], ['two', 2]]) }), new Checkbox({ description: 'tick' }),
  new ColorPicker({ concise: true }), new DatePicker(), new FileUpload(),
]
new VBox({ children: [text, choice, tick, colour, date, file] })`,
      '[text.value, choice.value, tick.value, colour.value, date.value?.toISOString(), file.value.map((f) => f.name + f.content.length)]',
    );
    await notebook.run(0);
    const box = notebook.outputs(0);
    await box.locator('.widget-text input').fill('Ada');
    await box.locator('select').selectOption('two');
    await box.locator('.widget-checkbox input').check();
    await box.locator('input[type="color"]').fill('#008080');
    await box.locator('input[type="date"]').fill('2026-11-24');
    await box.locator('input[type="date"]').blur();
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      box.locator('button', { hasText: 'Upload' }).click(),
    ]);
    await chooser.setFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('four') });
    await box.locator('button', { hasText: '(1)' }).waitFor();
    await notebook.run(1);
    expect((await notebook.text(1)).replace(/\s+/g, ' ')).toBe(
      "[ 'Ada', 2, true, '#008080', '2026-11-24T00:00:00.000Z', [ 'a.txt4' ] ]",
    );
  });
});

describe('rich output', () => {
  test('a table can be read in light and in dark, headings above their cells', async () => {
    const notebook = await open(
      'table',
      'Array.from({ length: 60 }, (_, n) => ({ island: ["Torgersen", "Dream"][n % 2], count: n * 1000, sex: n % 3 ? "female" : null }))',
    );
    await notebook.run(0);
    const table = notebook.outputs(0).locator('table');
    await table.waitFor();
    expect(await table.locator('tbody tr').count()).toBe(51);
    await notebook.outputs(0).getByText('60 rows × 3 columns').waitFor();
    const align = (cell: Locator) => cell.evaluate((element) => getComputedStyle(element).textAlign);
    for (const [column, side] of ['left', 'right', 'left'].entries()) {
      expect(await align(table.locator('thead th').nth(column + 1))).toBe(side);
      expect(await align(table.locator('tbody tr').nth(1).locator('td').nth(column))).toBe(side);
    }
    await notebook.chooseTheme('JupyterLab Light');
    expect(await lightness(table.locator('td').first())).toBeLessThan(100);
    await screenshot(page, 'table-light');
    await notebook.chooseTheme('JupyterLab Dark');
    expect(await lightness(table.locator('td').first())).toBeGreaterThan(150);
    await screenshot(page, 'table-dark');
  });

  test('an interactive table sorts, filters and scrolls 100,000 rows', async () => {
    const notebook = await open(
      'grid',
      `display.table(Array.from({ length: 100_000 }, (_, n) => ({
  island: ['Torgersen', 'Dream', 'Biscoe'][n % 3], count: (n * 7919) % 100_000, day: new Date(Date.UTC(2024, 0, 1 + (n % 60))), sex: n % 4 ? 'female' : null,
})), { interactive: true })`,
    );
    await notebook.run(0);
    const grid = notebook.outputs(0).locator('.tskernel-grid');
    await grid.getByText('100,000 rows × 4 columns').waitFor();
    expect(await notebook.outputs(0).locator('table.dataframe').count()).toBe(0);
    const heads = await grid.locator('thead button small').allInnerTexts();
    expect(heads).toEqual(['string', 'number', 'Date', 'string | null']);
    const first = grid.locator('tbody tr').first().locator('td');
    await first.nth(2).getByText('2024-01-01').waitFor();
    await grid.getByRole('button', { name: 'count' }).click();
    await first.nth(1).getByText('0', { exact: true }).waitFor();
    await grid.getByRole('button', { name: 'count' }).click();
    await first.nth(1).getByText('99999', { exact: true }).waitFor();
    await grid.getByLabel('Filter island').fill('dre');
    await grid.getByText('33,333 of 100,000 rows').waitFor();
    await grid.getByLabel('Filter count').fill('< 10');
    await grid.getByText('3 of 100,000 rows').waitFor();
    await grid.getByLabel('Filter count').fill('');
    await grid.getByText('33,333 of 100,000 rows').waitFor();
    await notebook.chooseTheme('JupyterLab Light');
    expect(await lightness(grid.locator('tbody td').first())).toBeLessThan(100);
    await screenshot(page, 'grid-light');
    await notebook.chooseTheme('JupyterLab Dark');
    expect(await lightness(grid.locator('tbody td').first())).toBeGreaterThan(150);
    await grid.locator('.port').evaluate((port: { scrollTop: number; readonly scrollHeight: number }) => {
      port.scrollTop = port.scrollHeight;
    });
    await grid.locator('tbody tr').last().locator('td').nth(1).getByText('12', { exact: true }).waitFor();
    await screenshot(page, 'grid-dark');
  });

  test('values are in colours in both themes', async () => {
    const notebook = await open(
      'colours',
      "({ n: 1, text: 'x', none: null, nothing: undefined, day: new Date(0), pattern: /x/, work() {}, flags: [true, 2n] })",
      "console.log('text', { n: 1, text: 'x' })",
    );
    await notebook.run(0);
    await notebook.run(1);
    for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
      await notebook.chooseTheme(theme);
      expect(await contrastOf(notebook.outputs(0))).toBeGreaterThan(3);
      expect(await contrastOf(notebook.outputs(1))).toBeGreaterThan(3);
      await screenshot(page, `colours-${theme.toLowerCase().replace(/\W/g, '-')}`);
    }
  });

  test('a Vega-Lite specification is drawn, a drawing takes the colour of the text', async () => {
    const notebook = await open(
      'plots',
      "({ $schema: 'https://vega.github.io/schema/vega-lite/v5.json', data: { values: [{ a: 1, b: 2 }, { a: 2, b: 4 }] }, mark: 'bar', encoding: { x: { field: 'a' }, y: { field: 'b', type: 'quantitative' } } })",
      'svg`<svg width="60" height="20"><text y="15" fill="currentColor">words</text></svg>`',
    );
    await notebook.run(0);
    await notebook.run(1);
    await notebook.outputs(0).locator('canvas, svg').first().waitFor();
    const words = notebook.outputs(1).locator('svg text');
    const fill = () => words.evaluate((element) => getComputedStyle(element).fill);
    await words.waitFor();
    await notebook.chooseTheme('JupyterLab Light');
    const light = await fill();
    await notebook.chooseTheme('JupyterLab Dark');
    expect(await fill()).not.toBe(light);
  });

  test('a progress bar moves while its cell runs', async () => {
    const notebook = await open(
      'progress',
      "const go = new widgets.Button({ description: 'next' })\ndisplay(go)\nfor (const step of progress(3, { label: 'steps' })) await go.clicked()",
    );
    await notebook.start(0);
    const output = notebook.outputs(0);
    for (const share of ['0%', '33%', '66%']) {
      await output.filter({ hasText: share }).waitFor();
      await output.locator('button', { hasText: 'next' }).click();
    }
    await notebook.finished(0);
    await output.filter({ hasText: '100%' }).waitFor();
    expect(await output.locator('progress').getAttribute('value')).toBe('1.0000');
  });
});
