// What a person does in a cell with the language server, in a real JupyterLab: asks, goes, renames, mends, completes, formats.
import { describe, expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { Notebook, patience, screenshot } from './notebook';
import { lab, open, page } from './stage';

const tooltip = (text: string): Locator => page.locator('.cm-tooltip').filter({ hasText: text });
const entries = (): Locator => page.locator('.lm-Menu-itemLabel');

/** Opens a notebook whose cells have a language server. */
async function begin(name: string, ...cells: string[]): Promise<Notebook> {
  const notebook = await open(name, ...cells);
  await page.locator('.tsk-Notebook').waitFor();
  return notebook;
}

/** Waits until a cell contains a text, and nothing else. */
const contains = async (notebook: Notebook, index: number, text: string): Promise<void> => {
  const lines = notebook.editor(index).locator('.cm-line');
  const read = async () => (await lines.allInnerTexts()).map((line) => line.replace('\n', '')).join('\n');
  const end = Date.now() + patience;
  while ((await read()) !== text && Date.now() < end) await page.waitForTimeout(50);
  expect(await read()).toBe(text);
};

/** Puts the cursor into a word of a cell. */
async function goInto(notebook: Notebook, index: number, word: string): Promise<void> {
  await notebook.editor(index).getByText(word, { exact: true }).first().click();
}

/** Waits until the status bar says that the cursor is there. */
const isAt = (line: number, column: number): Promise<void> =>
  page.locator('#jp-main-statusbar').getByText(`Ln ${line}, Col ${column}`, { exact: true }).waitFor();

/** Clicks into the middle of a word of a line, which has no element of its own. */
async function clickOn(line: Locator, word: string, key: string): Promise<void> {
  const { x, y } = await line.evaluate((element, searched) => {
    const range = document.createRange();
    // 4: texts.
    const texts = document.createTreeWalker(element, 4);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const at = text.data.indexOf(searched);
      if (at < 0) continue;
      range.setStart(text, at);
      range.setEnd(text, at + searched.length);
    }
    const { x, y, width, height } = range.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  }, word);
  await page.keyboard.down(key);
  await page.mouse.click(x, y);
  await page.keyboard.up(key);
}

describe('a name', () => {
  const cells = [
    '/** The first **programmer**. */\nconst ada = { name: "Ada", born: 1815 }',
    'ada.name',
    'const age = 1852 - ada.born',
  ];

  test('is explained under the mouse and at the cursor, in either theme, in words that can be read', async () => {
    const notebook = await begin('explained', ...cells);
    const word = notebook.editor(1).getByText('name', { exact: true });
    await word.hover();
    await tooltip('(property) name: string').waitFor();
    await notebook.chooseTheme('JupyterLab Dark');
    await notebook.enter(2);
    await page.keyboard.press('Home');
    for (let step = 0; step < 20; step++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+F1');
    await tooltip('The first programmer.').locator('strong').waitFor();
    await screenshot(page, 'explained-dark');
    await page.keyboard.press('Escape');
    await tooltip('The first programmer.').waitFor({ state: 'detached' });
    // Escape has meant that, and the cell is still edited.
    await page.keyboard.type('!');
    await contains(notebook, 2, 'const age = 1852 - a!da.born');
    await notebook.chooseTheme('JupyterLab Light');
  });

  test('gets another one in three cells, which undo takes back cell by cell', async () => {
    const notebook = await begin('renamed', ...cells);
    await goInto(notebook, 2, 'age');
    await page.keyboard.press('End');
    for (let step = 0; step < 6; step++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('F2');
    const input = page.locator('.tsk-Rename-input');
    await input.waitFor();
    expect(await input.inputValue()).toBe('ada');
    await screenshot(page, 'rename');
    await page.keyboard.type('countess');
    await page.keyboard.press('Enter');
    await contains(notebook, 0, cells[0]!.replace('ada', 'countess'));
    await contains(notebook, 1, 'countess.name');
    await contains(notebook, 2, 'const age = 1852 - countess.born');
    await page.keyboard.press('Control+z');
    await contains(notebook, 2, cells[2]!);
    await contains(notebook, 1, 'countess.name');
    await notebook.enter(1);
    await page.keyboard.press('Control+z');
    await contains(notebook, 1, 'ada.name');
    // What is not of the notebook keeps its name, and that is said.
    await notebook.type(1, 'Math.max(1)');
    await page.keyboard.press('F2');
    await tooltip('There is no name here').or(tooltip('cannot')).first().waitFor();
  });

  test('leads to its definition, in a cell far away or in a file, and back; and to all its uses', async () => {
    lab.addFile('helper.ts', '// A helper.\n\nexport function help(): string {\n  return "";\n}\n');
    const filler = Array.from({ length: 40 }, (_, index) => `const filler${index} = ${index}\n//`);
    const notebook = await begin(
      'found',
      'import { help } from "./helper"\nconst text = help()',
      ...filler,
      'text.length',
    );
    // The cells far below have no editors yet.
    await notebook.panel.locator('.jp-WindowedPanel-outer').evaluate((list: { scrollTop: number }) => {
      list.scrollTop = 100_000;
    });
    await notebook.panel.locator('.cm-line', { hasText: 'text.length' }).click();
    await page.keyboard.press('Home');
    await page.keyboard.press('F12');
    await isAt(2, 11);
    expect(await page.evaluate(() => String(getSelection()))).toBe('text');
    await page.keyboard.press('Alt+ArrowLeft');
    await isAt(1, 1);
    await page.keyboard.press('Shift+F12');
    await entries().first().waitFor();
    expect(await entries().allInnerTexts()).toEqual([
      'Cell 1, line 2: const text = help()',
      'Cell 42, line 1: text.length',
    ]);
    await screenshot(page, 'references');
    await page.keyboard.press('Enter');
    await isAt(2, 11);
    // By a click, in a file.
    await clickOn(notebook.editor(0).locator('.cm-line').nth(1), 'help', 'Control');
    await page.locator('.jp-FileEditor').waitFor();
    await isAt(3, 21);
    await page.keyboard.press('Alt+ArrowLeft');
    await notebook.panel.waitFor();
    await isAt(2, 16);
  });
});

test('a mistake is mended by one of the fixes that are listed, in its cell or in another one', async () => {
  const notebook = await begin(
    'mended',
    'interface User { name: string }\nconst user: User = { name: "Ada" }',
    'usre.name',
    'user.born',
  );
  const wrong = (index: number) => notebook.cell(index).locator('.cm-lintRange-error').first();
  await wrong(1).waitFor();
  await notebook.editor(1).click();
  await page.keyboard.press('Control+.');
  await entries().filter({ hasText: "Change spelling to 'user'" }).waitFor();
  await screenshot(page, 'fixes');
  await page.keyboard.press('Enter');
  await contains(notebook, 1, 'user.name');
  await wrong(1).waitFor({ state: 'detached' });
  await wrong(2).waitFor();
  await notebook.enter(2);
  await page.keyboard.press('Control+.');
  await entries().filter({ hasText: "Declare property 'born'" }).click();
  await notebook.editor(0).filter({ hasText: 'born: any' }).waitFor();
  // The list has gone, and the cursor is where it was.
  await page.keyboard.type('!');
  await contains(notebook, 2, 'user.born!');
});

test('the parameters of a call are shown while it is typed, until it is left', async () => {
  const notebook = await begin(
    'call',
    'function add(first: number, /** the other */ second = 1) { return first + second }',
    '',
  );
  await notebook.type(1, 'add(');
  const help = page.locator('.tsk-SignatureHelp');
  await help.locator('b').filter({ hasText: 'first: number' }).waitFor();
  await page.keyboard.type('1, ');
  await help.locator('b').filter({ hasText: 'second?: number' }).waitFor();
  await help.getByText('the other').waitFor();
  await screenshot(page, 'parameters');
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'detached' });
  await page.keyboard.type('add(');
  await help.waitFor();
  await page.keyboard.type('2))');
  await help.waitFor({ state: 'detached' });
  await contains(notebook, 1, 'add(1, add(2))');
});

describe('completion', () => {
  test('has what could be imported, with its documentation, and brings the import along', async () => {
    const notebook = await begin('imported', '"first"', '');
    await notebook.type(1, 'const text = readFileSy');
    const popup = await notebook.complete();
    const item = popup.locator('.jp-Completer-item').filter({ hasText: 'node:fs' }).first();
    await item.waitFor();
    await screenshot(page, 'completion');
    await page.keyboard.press('Enter');
    await contains(notebook, 1, 'import { readFileSync } from "node:fs";\n\nconst text = readFileSync');
    await page.keyboard.press('Control+z');
    await contains(notebook, 1, 'const text = readFileSy');
  });

  test('is there while a cell runs, has each name once, and the kernel helps where there are no types', async () => {
    const notebook = await begin(
      'busy',
      'const held: any = { omega: 1, psi: 2 };',
      "console.log('go'); while (true) {}",
      '',
    );
    await notebook.run(0);
    await notebook.start(1);
    await notebook.outputs(1).filter({ hasText: 'go' }).waitFor();
    await notebook.type(2, 'hel');
    const popup = await notebook.complete();
    await popup.locator('.jp-Completer-item').filter({ hasText: 'held' }).waitFor();
    expect(
      await popup
        .locator('.jp-Completer-item')
        .filter({ hasText: /^.?held/ })
        .count(),
    ).toBe(1);
    await page.keyboard.press('Escape');
    await notebook.press('interrupt');
    await notebook.finished(1);
  });
});

test('cells are put in form by a key, and all of them on save; what has a mistake in its syntax stays', async () => {
  const notebook = await begin(
    'formed',
    'if(1){\n"a" }',
    'const  a=1',
    'const  b=(',
    '%time   a',
    'const  c=2',
  );
  await notebook.enter(0);
  await page.keyboard.press('Alt+Shift+f');
  await contains(notebook, 0, 'if (1) {\n    "a"\n}');
  await notebook.save();
  await contains(notebook, 1, 'const  a=1');
  await page.keyboard.press('Control+Shift+c');
  await page.locator('.lm-CommandPalette-input').fill('Format on Save');
  await page.locator('.lm-CommandPalette-item').filter({ hasText: 'Format on Save' }).first().click();
  await notebook.enter(4);
  await page.keyboard.type(';');
  await notebook.save();
  await contains(notebook, 1, 'const a = 1');
  await contains(notebook, 2, 'const  b=(');
  await contains(notebook, 3, '%time   a');
  await contains(notebook, 4, 'const c = 2;');
});

test('a name that a cell with line ends of Windows has too stays, and that is said', async () => {
  const notebook = await begin('windows', 'const text = ""', 'text.length\r\ntext');
  await notebook.editor(0).click();
  await page.keyboard.press('Home');
  for (let step = 0; step < 7; step++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('F2');
  await page.locator('.tsk-Rename-input').fill('line');
  await page.keyboard.press('Enter');
  await tooltip('This would change cell 2, which has line ends of Windows').waitFor();
  await contains(notebook, 0, 'const text = ""');
});

test('notebooks of Notebook 7 have all that as well', async () => {
  const name = lab.addNotebook('seven.ipynb', ['const text = ""', 'text.length']);
  await page.goto(`${lab.url}notebooks/${name}?token=${lab.token}`);
  const notebook = new Notebook(page);
  await page.locator('.tsk-Notebook').waitFor();
  await notebook.editor(1).getByText('length', { exact: true }).hover();
  await tooltip('length: number').waitFor();
  await notebook.editor(1).click();
  await page.keyboard.press('Home');
  await page.keyboard.press('F2');
  await page.locator('.tsk-Rename-input').fill('line');
  await page.keyboard.press('Enter');
  await contains(notebook, 0, 'const line = ""');
});

/** What this program knows of the page's own globals, in functions that run there. */
declare const getSelection: () => unknown;
declare const document: {
  createRange(): {
    setStart(text: object, at: number): void;
    setEnd(text: object, at: number): void;
    getBoundingClientRect(): { x: number; y: number; width: number; height: number };
  };
  createTreeWalker(element: unknown, kinds: number): { nextNode(): { readonly data: string } | null };
};
