// The extension for JupyterLab in a real one: what is wrong is marked while a person types, wherever the notebook goes.
import { describe, expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { goTo, Notebook, openPage, screenshot } from './notebook';
import { browser, lab, open, page } from './stage';

/** What is marked in a cell: errors, or what is not used (`.tsk-unused`). */
const marked = (notebook: Notebook, index: number, kind = '.cm-lintRange-error'): Locator =>
  notebook.cell(index).locator(kind);
const counts = (on = page): Locator => on.locator('.tsk-Status-button');
const isAt = (place: string): Promise<void> =>
  page.locator('#jp-main-statusbar').getByText(place, { exact: true }).waitFor();

describe('what is wrong', () => {
  test('is under the right characters, said at the mouse, counted, found by a click, and gone when it is mended', async () => {
    const notebook = await open('mistakes', 'const count = 1', '', 'const more: string = "a"\nmroe.length');
    await marked(notebook, 2).waitFor();
    await notebook.type(1, 'const wrong: string = count');
    await marked(notebook, 1).waitFor();
    expect(await marked(notebook, 1).allInnerTexts()).toEqual(['wrong']);
    expect(await counts().textContent()).toBe('2 errors');
    const message = page.locator('.cm-tooltip-lint');
    for (const theme of ['JupyterLab Dark', 'JupyterLab Light']) {
      await notebook.chooseTheme(theme);
      await marked(notebook, 1).hover();
      await message.getByText("Type 'number' is not assignable to type 'string'.").waitFor();
      await screenshot(page, `problems-${theme.split(' ')[1]!.toLowerCase()}`);
    }
    await counts().click();
    await isAt('Ln 1, Col 7');
    await counts().click();
    await isAt('Ln 2, Col 1');
    await notebook.paste(1, 'const wrong: number = count');
    await notebook.paste(2, 'const more: string = "a"\nmore.length');
    await counts().waitFor({ state: 'hidden' });
    expect(await page.locator('.cm-lintRange').count()).toBe(0);
  });

  test('follows the cells: inserted, moved, of another type, taken back', async () => {
    const notebook = await open('order', 'later', 'const later = 1', 'later.length');
    await marked(notebook, 0).waitFor();
    expect(await marked(notebook, 2).textContent()).toBe('length');
    // The declaration goes to the top.
    await notebook.editor(1).click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Shift+ArrowUp');
    await marked(notebook, 1).waitFor({ state: 'detached' });
    // It is no code any more, and then it is again.
    await page.keyboard.press('m');
    await marked(notebook, 1).waitFor();
    await notebook.cell(0).click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('y');
    await marked(notebook, 1).waitFor({ state: 'detached' });
    // A cell comes in between, and goes again.
    await page.keyboard.press('b');
    await notebook.paste(1, 'const later = "text"');
    await marked(notebook, 3).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.keyboard.press('d');
    await page.keyboard.press('d');
    await marked(notebook, 2).waitFor();
    await page.keyboard.press('z');
    await marked(notebook, 3).waitFor({ state: 'detached' });
  });

  test('is there while a cell runs, after a restart and after a reload', async () => {
    const notebook = await open('restart', 'while (true) {}', 'const text = "a"');
    await marked(notebook, 1, '.cm-gutter-lint').waitFor();
    await notebook.start(0);
    await notebook.running(0);
    await notebook.paste(1, 'text.lenght');
    await marked(notebook, 1).waitFor();
    await notebook.restart();
    await notebook.paste(1, 'const other: number = "a"');
    await marked(notebook, 1).getByText('other', { exact: true }).waitFor();
    await notebook.save();
    await page.reload();
    await notebook.idle();
    await marked(notebook, 1).getByText('other', { exact: true }).waitFor();
  });

  test('is in both views of a notebook, and on another page', async () => {
    const notebook = await open('views', 'const one: number = "1"');
    await marked(notebook, 0).waitFor();
    await notebook.choose('File', 'New View for Notebook');
    const panels = page.locator('.jp-NotebookPanel');
    await panels.nth(1).locator('.cm-lintRange-error').waitFor();
    await panels.nth(1).locator('.cm-content').click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('const two: number = "2"');
    for (const index of [0, 1])
      await panels.nth(index).locator('.cm-lintRange-error', { hasText: 'two' }).waitFor();
    // Another page, which has the notebook as it was saved, is another client.
    await notebook.save();
    const second = await openPage(browser);
    try {
      const same = await Notebook.open(second, lab, 'views.ipynb');
      await marked(same, 0).getByText('two').waitFor();
    } finally {
      await second.context().close();
    }
  });

  test('is found again after the kernel died, and gone with a kernel of another language', async () => {
    const notebook = await open('died', '%%bash\nkill -9 $PPID', 'const one: number = "1"');
    await marked(notebook, 1).waitFor();
    await notebook.start(0);
    await notebook.accept();
    await notebook.idle();
    await notebook.paste(1, 'const two: number = "2"');
    await marked(notebook, 1).getByText('two', { exact: true }).waitFor();
    await notebook.choose('Kernel', 'Change Kernel…');
    await page.locator('.jp-Dialog select').selectOption({ label: 'Python 3 (ipykernel)' });
    await notebook.accept();
    await page.locator('.cm-gutter-lint').first().waitFor({ state: 'detached' });
    await counts().waitFor({ state: 'hidden' });
  });

  test('is marked in Notebook 7', async () => {
    const name = lab.addNotebook('seven.ipynb', ['const one: number = "1"']);
    await page.goto(`${lab.url}notebooks/${name}?token=${lab.token}`);
    await page.locator('.cm-lintRange-error').getByText('one', { exact: true }).waitFor();
  });

  test('is not looked for in notebooks of other kernels', async () => {
    const sent: string[] = [];
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => sent.push(payload.toString('latin1'))),
    );
    const name = lab.addNotebook('other.ipynb', ['const one: number = "1"', '1 + 1'], 'python3');
    await goTo(page, lab, `tree/${name}`);
    const notebook = new Notebook(page);
    await page.locator('#jp-main-statusbar').getByText('Python 3 (ipykernel) | Idle').waitFor();
    await notebook.run(1);
    expect(sent.some((message) => message.includes('execute_request'))).toBe(true);
    expect(sent.filter((message) => message.includes('tskernel.lsp'))).toEqual([]);
    expect(await page.locator('.cm-gutter-lint').count()).toBe(0);
  });
});

test('the last of 300 cells is looked at before it has an editor, and a click goes there', async () => {
  // JupyterLab makes that many editors one after the other, which on a busy machine takes longer than anything here.
  page.setDefaultTimeout(100_000);
  const cells = Array.from(
    { length: 300 },
    (_, index) => `const value${index} = ${index}\nvalue${index} * 2`,
  );
  await open('long', ...cells, 'value298.lenght');
  await counts().getByText('1 error').click();
  await isAt('Cell 301/301');
  await isAt('Ln 1, Col 10');
  await page.locator('.cm-lintRange-error', { hasText: 'lenght' }).waitFor();
});
