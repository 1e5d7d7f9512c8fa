// Debugging in JupyterLab, as a person does it: gutters, panels and buttons.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Debugger } from './debugger';
import { Notebook, screenshot } from './notebook';
import { lab, open as openNotebook, page } from './stage';

beforeAll(() => {
  lab.addFile(
    'prices.ts',
    `/** What a thing costs with the tax. */
export function withTax(price: number): number {
  const tax: number = price * 0.1;
  return price + tax;
}
`,
  );
  lab.addFile('node_modules/rounding/package.json', '{ "name": "rounding", "version": "1.0.0" }');
  lab.addFile(
    'node_modules/rounding/index.js',
    'exports.each = function each(list, call) {\n  return list.map((one) => call(one));\n};\n',
  );
});

async function open(name: string, ...cells: string[]): Promise<[Notebook, Debugger]> {
  const debug = new Debugger(new Notebook(page));
  await openNotebook(name, ...cells);
  return [debug.notebook, debug];
}

const basket = `interface Item {
  readonly name: string;
  readonly price: number;
}
const items: Item[] = [
  { name: 'apples', price: 3.2 },
  { name: 'bread', price: 4.5 },
];
function total(list: readonly Item[]): number {
  let sum = 0;
  for (const { price } of list) sum += price;
  return sum;
}
const all = total(items);
all`;

describe('a breakpoint in a cell', () => {
  test('stops it, and shows the stack and the variables; steps and the end go on from there', async () => {
    const [notebook, debug] = await open('stop', basket);
    await debug.start();
    await debug.toggle(notebook.cell(0), 11);
    await debug.run(0);
    await debug.stopped('sum += price');
    expect(await debug.stack()).toEqual(['total Cell [*]:11', '<cell> Cell [*]:14']);
    await debug.choose('Locals');
    await debug.shows('sum', '0');
    await debug.press('step-over');
    await debug.choose('Locals');
    await debug.shows('sum', '3.2');
    const list = await debug.shows('list', 'Array(2)');
    await list.locator('[part="expand-collapse-button"]').click();
    await debug.shows('0', 'Object');
    await screenshot(page, 'debugger-light');
    await debug.toggle(notebook.cell(0), 11);
    await notebook.chooseTheme('JupyterLab Dark');
    await screenshot(page, 'debugger-dark');
    await notebook.chooseTheme('JupyterLab Light');
    await debug.press('step-out');
    await debug.stopped('const all = total');
    await debug.press('continue');
    await notebook.finished(0);
    expect(await notebook.text(0)).toBe('7.7');
    await debug.running();
    await debug.end();
  });

  test('stays over a restart of the kernel', async () => {
    const [notebook, debug] = await open('restart', 'const a = 1;\nconst b = a + 1;\nb');
    await debug.start();
    await debug.toggle(notebook.cell(0), 2);
    await debug.rest();
    await notebook.choose('Kernel', 'Restart Kernel and Debug…');
    await notebook.accept();
    await debug.stopped('const b');
    expect(await debug.stack()).toEqual(['<cell> Cell [*]:2']);
    await debug.press('continue');
    await notebook.finished(0);
    expect(await debug.breakpoints.allInnerTexts()).toEqual([expect.stringMatching(/Cell \[.\]\s*2/)]);
    // By the button of the notebook, too.
    await debug.until('setBreakpoints', () => notebook.restart());
    await debug.run(0);
    await debug.stopped('const b');
    expect(await debug.breakpoints.allInnerTexts()).toEqual([expect.stringMatching(/Cell \[.\]\s*2/)]);
    await debug.press('continue');
    await notebook.finished(0);
  });

  test('is no breakpoint while the debugger is off', async () => {
    const [notebook, debug] = await open('off', 'const a = 1;\nconst b = a + 1;\nb');
    await debug.start();
    await debug.toggle(notebook.cell(0), 2);
    await debug.end();
    await notebook.run(0);
    expect(await notebook.text(0)).toBe('2');
  });
});

describe('while it is stopped', () => {
  test('variables are a table, too, and one is copied to where the next cell finds it', async () => {
    const [notebook, debug] = await open(
      'copy',
      'function f(inner: string) {\n  return inner;\n}\nf("deep")',
      'inner',
    );
    await debug.start();
    await debug.toggle(notebook.cell(0), 2);
    await debug.run(0);
    await debug.stopped('return inner');
    const view = (name: string) =>
      debug.sidebar.locator(`[data-jp-item-name="view-Variable${name}View"] jp-button`);
    await debug.rest();
    await view('Table').click();
    await debug.sidebar.locator('.jp-DebuggerVariables-grid canvas').first().waitFor();
    await screenshot(page, 'debugger-table');
    await view('Tree').click();
    const row = await debug.shows('inner', 'deep');
    await row.click({ button: 'right' });
    await page.locator('.lm-Menu-item').getByText('Copy Variable to Globals').click();
    await debug.choose('Globals');
    await debug.shows('inner', 'deep');
    await debug.press('continue');
    await notebook.finished(0);
    await notebook.run(1);
    expect(await notebook.text(1)).toBe("'deep'");
  });

  test('the console evaluates in the frame, and the variables show what it changed', async () => {
    const [notebook, debug] = await open('console', 'function f(count: number) {\n  return count;\n}\nf(1)');
    await debug.start();
    await debug.toggle(notebook.cell(0), 2);
    await debug.run(0);
    await debug.stopped('return count');
    await debug.press('evaluate');
    const prompt = page.locator('.jp-DebugConsole-widget .jp-CodeConsole-promptCell .cm-content');
    const outputs = page.locator('.jp-DebugConsole-widget .jp-OutputArea-output');
    await prompt.click();
    await page.keyboard.type('count = (count as number) + 41');
    await page.keyboard.press('Shift+Enter');
    await outputs.filter({ hasText: /^42$/ }).waitFor();
    await debug.shows('count', '42');
    await prompt.click();
    await page.keyboard.type('nothing');
    await page.keyboard.press('Shift+Enter');
    await outputs.filter({ hasText: 'ReferenceError: nothing is not defined' }).waitFor();
    await debug.shows('count', '42');
    await screenshot(page, 'debugger-console');
    await debug.press('continue');
    await notebook.finished(0);
    expect(await notebook.text(0)).toBe('42');
  });

  test('a loop that runs is paused, and goes on', async () => {
    const [notebook, debug] = await open(
      'pause',
      "let turns = 0, stop = false;\nconsole.log('begun');\nwhile (!stop) {\n  turns++;\n}\nturns > 0",
    );
    await debug.start();
    await debug.run(0);
    await notebook.outputs(0).filter({ hasText: 'begun' }).waitFor();
    await debug.press('continue');
    await debug.stop.waitFor();
    expect(await debug.stack()).toEqual([expect.stringMatching(/^<cell> Cell \[\*\]:[34]$/)]);
    await debug.press('continue');
    await debug.running();
    // It runs: it can be paused again.
    await debug.press('continue');
    await debug.stop.waitFor();
    await debug.press('continue');
    await debug.running();
  });
});

describe('files', () => {
  const code = `import { withTax } from './prices.ts';
import { each } from 'rounding';
const prices = each([10, 20], (price: number) => {
  return withTax(price);
});
prices`;

  test('are stepped into: their text opens beside the notebook, and cannot be changed', async () => {
    const [notebook, debug] = await open('files', code);
    await debug.start();
    await debug.toggle(notebook.cell(0), 4);
    await debug.run(0);
    await debug.stopped('return withTax');
    await debug.press('step-in');
    await debug.stopped('const tax');
    expect((await debug.stack()).map((frame) => frame.replace(/ \S*\//, ' '))).toEqual([
      'withTax prices.ts:3',
      '<anonymous> Cell [*]:4',
      expect.stringMatching(/ index.js:2$/),
      'each index.js:2',
      '<cell> Cell [*]:3',
    ]);
    const source = page.locator('.jp-MainAreaWidget:visible .cm-content', {
      hasText: 'export function withTax',
    });
    await source.click();
    await page.keyboard.type('nothing');
    expect(await source.textContent()).not.toContain('nothing');
    await screenshot(page, 'debugger-file');
    // A click on a frame of a package opens the package's file.
    await debug.look(3);
    await debug.stopped('return list.map');
    const packaged = page.locator('.jp-MainAreaWidget:visible .cm-content', {
      hasText: 'exports.each = function each',
    });
    await packaged.click();
    await page.keyboard.type('nothing');
    expect(await packaged.textContent()).not.toContain('nothing');
    await debug.look(0);
    await debug.stopped('const tax');
    await debug.press('step-over');
    await debug.stopped('return price + tax');
    await debug.shows('tax', '1');
    await debug.press('step-out');
    await debug.stopped('return withTax');
    await debug.clear();
    await debug.press('continue');
    await notebook.finished(0);
    expect(await notebook.text(0)).toBe('[ 11, 22 ]');
  });

  test('are listed once they are loaded, and take breakpoints', async () => {
    const [notebook, debug] = await open('sources', code, 'withTax(100)');
    await debug.start();
    await notebook.run(0);
    const sources = debug.sidebar.locator('.jp-DebuggerKernelSource-source');
    await sources.filter({ hasText: 'prices.ts' }).click();
    expect(await sources.allInnerTexts()).toEqual(['prices.ts']);
    const editor = page.locator('.jp-MainAreaWidget:visible .jp-Editor', {
      hasText: 'export function withTax',
    });
    await debug.toggle(editor, 4);
    await debug.bring('sources.ipynb');
    await debug.run(1);
    await debug.stopped('return price + tax');
    await debug.shows('tax', '10');
    await debug.press('continue');
    await debug.bring('sources.ipynb');
    await notebook.finished(1);
    expect(await notebook.text(1)).toBe('110');
  });
});

describe('exceptions', () => {
  test('stop where somebody asks for it: all, or those that nothing catches', async () => {
    const code = "try {\n  throw new Error('caught');\n} catch {}\nthrow new TypeError('uncaught');";
    const [notebook, debug] = await open('exceptions', code);
    await debug.start();
    const choose = async (filter: string) => {
      await debug.rest();
      await debug.sidebar.locator('.jp-PauseOnExceptions').click();
      await page.locator('.lm-Menu-item').getByText(filter, { exact: true }).click();
    };
    await choose('uncaught');
    await debug.run(0);
    await debug.stopped('TypeError');
    await debug.shows('Exception', 'TypeError');
    await screenshot(page, 'debugger-exception');
    await debug.press('continue');
    await notebook.finished(0);
    expect(await notebook.text(0)).toContain('TypeError: uncaught');
    await choose('all');
    await debug.run(0);
    await debug.stopped("Error('caught')");
    await debug.press('continue');
    await debug.stopped('TypeError');
    await debug.press('continue');
    await debug.running();
  });
});

describe('without a stop', () => {
  test('the panel has every name of the notebook, as it is after each cell, and shows tables and pictures', async () => {
    const picture =
      'const dot = { [Symbol.for(\'Jupyter.display\')]: () => ({ \'image/svg+xml\': \'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><circle r="9" cx="10" cy="10"/></svg>\' }) };';
    const [notebook, debug] = await open('panel', basket, `let count = 1;\n${picture}`, 'count = 2;');
    await debug.start();
    await notebook.run(0);
    await debug.shows('all', '7.7');
    await notebook.run(1);
    await debug.shows('count', '1');
    await notebook.run(2);
    await debug.shows('count', '2');
    const render = async (name: string) => {
      const row = await debug.shows(name, /./);
      await row.hover();
      await row.locator('.jp-DebuggerVariables-renderVariable').click();
    };
    await render('items');
    const rendered = page.locator('.jp-DebuggerRichVariable');
    await rendered.locator('table').getByText('apples').waitFor();
    await screenshot(page, 'debugger-table-of-rows');
    await render('dot');
    await rendered.locator('.jp-RenderedSVG').waitFor();
    await screenshot(page, 'debugger-picture');
  });

  test('the panel runs no getter', async () => {
    const [notebook, debug] = await open(
      'getters',
      'let looks = 0;\nconst shy = { open: 1, get secret() { looks++; return 2; } };',
      'looks',
    );
    await debug.start();
    await notebook.run(0);
    const row = await debug.shows('shy', 'Object');
    await row.locator('[part="expand-collapse-button"]').click();
    await debug.shows('open', '1');
    await debug.variables.filter({ hasText: 'secret' }).first().waitFor();
    await notebook.run(1);
    expect(await notebook.text(1)).toBe('0');
  });
});
