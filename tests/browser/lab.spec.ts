// The kernel in a real JupyterLab, in a real browser.
import { describe, expect, jest, test } from '@jest/globals';
import { colourOf, contrastOf, goTo, Notebook, openPage, screenshot, widthOf } from './notebook';
import { browser, lab, open, page } from './stage';

// On a busy machine JupyterLab is now and then late with what a test looks at. The first failure is printed.
jest.retryTimes(1, { logErrorsBeforeRetry: true });

/** A file that is not there yet: a cell that waits for it runs for exactly as long as its test looks at it. */
const newFlag = (): string => `flag-${Date.now()}.txt`;

describe('the launcher', () => {
  test('has a tile with the logo that opens a notebook', async () => {
    await goTo(page, lab);
    const tile = page.locator('.jp-LauncherCard[data-category="Notebook"]').filter({ hasText: 'TypeScript' });
    await tile.waitFor();
    expect(await widthOf(tile.locator('img'))).toBeGreaterThan(0);
    await screenshot(page, 'launcher-tile');
    await tile.click();
    const notebook = new Notebook(page);
    await notebook.idle();
    await notebook.type(0, '6 * 7');
    await notebook.run(0);
    expect(await notebook.text(0)).toBe('42');
  });
});

describe('a notebook', () => {
  test('runs cells one after the other and shows their results', async () => {
    const notebook = await open(
      'run',
      "const greeting: string = 'hello';\nconsole.log(greeting);",
      'greeting.toUpperCase()',
      'await Promise.resolve(greeting.length)',
    );
    for (const index of [0, 1, 2]) await notebook.run(index);
    expect(await notebook.text(0)).toBe('hello');
    expect(await notebook.text(1)).toBe("'HELLO'");
    expect(await notebook.text(2)).toBe('5');
  });

  test('colours TypeScript as TypeScript', async () => {
    const notebook = await open(
      'highlight',
      'interface Point { readonly x: number }\nconst text = `a`; // a note',
    );
    const colour = (word: string) =>
      colourOf(
        notebook
          .editor(0)
          .locator('span', { hasText: new RegExp(`^${word}$`) })
          .first(),
      );
    const plain = await colourOf(notebook.editor(0));
    for (const word of ['interface', 'readonly', 'const']) expect(await colour(word)).not.toBe(plain);
    expect(await colour('// a note')).not.toBe(await colour('const'));
  });

  test('offers typed completions at Tab and takes the chosen one', async () => {
    const notebook = await open('complete', "const point = { alpha: 1, beta: 'two' };", '');
    await notebook.run(0);
    await notebook.type(1, 'point.');
    const popup = await notebook.complete();
    const items = popup.locator('.jp-Completer-item');
    const words = await items.locator('.jp-Completer-match').allInnerTexts();
    expect(words.slice(0, 2)).toEqual(['alpha', 'beta']);
    await screenshot(page, 'completion-popup');
    await page.keyboard.press('Enter');
    await popup.waitFor({ state: 'hidden' });
    expect(await notebook.editor(1).textContent()).toBe('point.alpha');
  });

  test('tells the signature at Shift+Tab', async () => {
    const notebook = await open(
      'tooltip',
      '/** Adds up. */\nfunction add(first: number, second: number): number { return first + second }',
      'add(',
    );
    await notebook.run(0);
    await notebook.enter(1);
    await page.keyboard.press('Shift+Tab');
    // It is there before its text is.
    const tooltip = page.locator('.jp-Tooltip', { hasText: 'add(first: number, second: number): number' });
    await tooltip.waitFor();
    expect(await tooltip.textContent()).toContain('Adds up.');
  });

  test('asks for a line and for a password', async () => {
    const notebook = await open(
      'input',
      "const name = input('Your name? '); const word = input('Password? ', { password: true });\n[name, word]",
    );
    await notebook.start(0);
    const box = notebook.cell(0).locator('.jp-Stdin-input');
    await box.waitFor();
    expect(await notebook.cell(0).locator('.jp-Stdin-prompt').textContent()).toContain('Your name?');
    expect(await box.getAttribute('type')).not.toBe('password');
    await screenshot(page, 'input-box');
    await box.fill('Ada');
    await box.press('Enter');
    const secret = notebook.cell(0).locator('.jp-Stdin-input[type="password"]');
    await secret.waitFor();
    await screenshot(page, 'password-box');
    await secret.fill('s3cret');
    await secret.press('Enter');
    await notebook.finished(0);
    const text = await notebook.text(0);
    expect(text).toContain("[ 'Ada', 's3cret' ]");
    expect(text).toMatch(/Your name\?\s+Ada/);
    expect(text).not.toMatch(/Password\?\s+s3cret/);
  });

  test('stops an endless loop at the interrupt button and keeps the variables', async () => {
    const notebook = await open(
      'interrupt',
      'let kept = 41;',
      "console.log('go'); while (true) {}",
      'kept + 1',
    );
    await notebook.run(0);
    await notebook.start(1);
    await notebook.outputs(1).filter({ hasText: 'go' }).waitFor();
    await notebook.running(1);
    await notebook.press('interrupt');
    await notebook.finished(1);
    expect(await notebook.text(1)).toContain('KeyboardInterrupt');
    await notebook.run(2);
    expect(await notebook.text(2)).toBe('42');
  });

  test('has no numbers beside cells that did not run, because one before them failed', async () => {
    const notebook = await open('failing', '1', "throw new Error('stop')", '3', '4');
    await notebook.choose('Run', 'Run All Cells');
    await notebook.finished(1);
    await notebook.idle();
    const prompts = [0, 1, 2, 3].map((index) => notebook.prompt(index).textContent());
    expect(await Promise.all(prompts)).toEqual(['[1]:', '[2]:', '[ ]:', '[ ]:']);
    // One by one, as fast as a person presses: none waits for ever.
    for (const index of [1, 2, 3]) await notebook.start(index);
    await notebook.prompt(1).filter({ hasText: '[3]' }).waitFor();
    for (const index of [2, 3]) await notebook.prompt(index).filter({ hasNotText: '*' }).waitFor();
  });

  test('forgets everything at the restart button', async () => {
    const notebook = await open('restart', 'let kept = 41;', 'typeof kept');
    await notebook.run(0);
    await notebook.run(1);
    expect(await notebook.text(1)).toBe("'number'");
    await notebook.restart();
    await notebook.run(1);
    await notebook.outputs(1).filter({ hasText: 'undefined' }).waitFor();
  });

  test('restarts in the middle of an endless loop', async () => {
    const notebook = await open('restart-busy', "console.log('go'); while (true) {}", '1 + 1');
    await notebook.start(0);
    await notebook.outputs(0).filter({ hasText: 'go' }).waitFor();
    await notebook.restart();
    await notebook.run(1);
    expect(await notebook.text(1)).toBe('2');
  });

  test('renders HTML, Markdown, SVG, images, JSON, LaTeX and tables', async () => {
    const squares =
      'iVBORw0KGgoAAAANSUhEUgAAADAAAAAYAQMAAACGM+yfAAAABlBMVEUgY7L/pkD7O1lnAAAAIElEQVR42mNg+M/wn+E/EwMDAwMDA/EURBsD6frItA8A2c4JIhYnEgQAAAAASUVORK5CYII=';
    const notebook = await open(
      'rich',
      'display.html(\'<b id="bold">bold</b>\')',
      "display.markdown('# A title\\n\\n* one\\n* two')",
      'display.svg(\'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><rect width="60" height="20" fill="teal"/></svg>\')',
      `display.image(Buffer.from('${squares}', 'base64'))`,
      'display.json({ a: [1, 2, { b: true }] })',
      "display.latex('$e^{i\\\\pi} = -1$')",
      "[{ name: 'Ada', born: 1815 }, { name: 'Alan', born: 1912 }]",
      "console.table([{ name: 'Ada', born: 1815 }])",
    );
    for (let index = 0; index < 8; index++) await notebook.run(index);
    const seen = (index: number, selector: string) =>
      notebook.outputs(index).locator(selector).first().waitFor();
    await seen(0, 'b#bold');
    await seen(1, 'h1');
    await seen(2, 'img[src^="data:image/svg"], svg');
    await seen(3, 'img[src^="data:image/png"]');
    await notebook.outputs(4).filter({ hasText: 'root' }).waitFor();
    await seen(5, 'mjx-container');
    await seen(6, 'table');
    await seen(7, 'table');
    await notebook.cell(4).scrollIntoViewIfNeeded();
  });

  test('updates a display in place, and clears', async () => {
    const notebook = await open(
      'update',
      "const handle = display.html('<i>first</i>', { id: 'one' });",
      "handle.update('second'); console.log('a'); clearOutput(); console.log('b')",
    );
    await notebook.run(0);
    await notebook.run(1);
    await notebook.outputs(1).filter({ hasText: 'b' }).waitFor();
    expect(await notebook.text(1)).toBe('b');
    expect(await notebook.text(0)).toContain('second');
  });

  test('shows an error with its line, in colour', async () => {
    const notebook = await open(
      'error',
      "function half(n: number) {\n  if (n % 2) throw new RangeError('odd: ' + n);\n  return n / 2;\n}\nhalf(3)",
      'let = 3',
      "%types warn\nconst wrong: number = 'text';",
    );
    await notebook.run(0);
    const text = await notebook.text(0);
    expect(text).toContain('RangeError: odd: 3');
    expect(text).toContain('Cell [1]:2:');
    await expect(notebook.outputs(0).locator('.ansi-red-fg').count()).resolves.toBeGreaterThan(0);
    await notebook.run(1);
    expect(await notebook.text(1)).toContain('SyntaxError');
    await notebook.run(2);
    await notebook.outputs(2).filter({ hasText: 'TS2322' }).waitFor();
  });

  test('shows errors and warnings that can be read in either theme', async () => {
    const notebook = await open(
      'themes',
      "throw new RangeError('odd')",
      "%types warn\nconst wrong: number = 'text';",
    );
    await notebook.run(0);
    await notebook.run(1);
    await notebook.outputs(1).filter({ hasText: 'TS2322' }).waitFor();
    const read = async () => [
      await contrastOf(notebook.outputs(0).first()),
      await contrastOf(notebook.outputs(1).first()),
    ];
    for (const contrast of await read()) expect(contrast).toBeGreaterThan(2.5);
    await notebook.chooseTheme('JupyterLab Dark');
    for (const contrast of await read()) expect(contrast).toBeGreaterThan(2.5);
    await screenshot(page, 'dark-theme');
    await notebook.chooseTheme('JupyterLab Light');
  });

  test('stops running all at the cell that fails', async () => {
    const notebook = await open(
      'run-all',
      "console.log('first')",
      "throw new Error('stop here')",
      "console.log('never')",
      "console.log('never')",
    );
    await notebook.choose('Run', 'Run All Cells');
    await notebook.finished(1);
    await notebook.idle();
    expect(await notebook.text(0)).toBe('first');
    expect(await notebook.text(1)).toContain('stop here');
    for (const index of [2, 3]) {
      expect(await notebook.text(index)).toBe('');
      // JupyterLab puts the number of the failed cell there; that none seems to run is what matters.
      expect(await notebook.prompt(index).textContent()).not.toContain('*');
    }
    // The cells that were left out run when they are asked to.
    await notebook.run(2);
    expect(await notebook.text(2)).toBe('never');
  });

  test('prints while it runs', async () => {
    const flag = newFlag();
    const notebook = await open(
      'live',
      `import { existsSync } from 'node:fs';\nconsole.log('early'); while (!existsSync('${flag}'));\nconsole.log('late')`,
    );
    await notebook.start(0);
    await notebook.outputs(0).filter({ hasText: 'early' }).waitFor();
    await notebook.running(0);
    expect(await notebook.text(0)).toBe('early');
    lab.addFile(flag, '');
    await notebook.finished(0);
    expect(await notebook.text(0)).toContain('late');
  });

  test('completes while another cell spins', async () => {
    const notebook = await open(
      'busy',
      'const held = { omega: 1, psi: 2 };',
      "console.log('go'); while (true) {}",
      '',
    );
    await notebook.run(0);
    await notebook.start(1);
    await notebook.outputs(1).filter({ hasText: 'go' }).waitFor();
    await notebook.type(2, 'held.');
    const popup = await notebook.complete();
    await popup.locator('.jp-Completer-item').filter({ hasText: 'omega' }).waitFor();
    await page.keyboard.press('Escape');
    await notebook.running(1);
    await notebook.press('interrupt');
    await notebook.finished(1);
  });

  test('gets through a page reload in the middle of a long cell', async () => {
    const flag = newFlag();
    const notebook = await open(
      'reload',
      `import { existsSync } from 'node:fs';\nlet ticks = 0;\nwhile (!existsSync('${flag}')) {\n  console.log('tick', ticks++);\n  await new Promise((done) => setTimeout(done, 100));\n}`,
      'ticks > 3',
      "console.log('after')",
    );
    await notebook.start(0);
    await notebook.outputs(0).filter({ hasText: 'tick 3' }).waitFor();
    await notebook.save();
    await page.reload();
    await notebook.panel.waitFor();
    // The kernel works on. What it printed before the save is there; JupyterLab itself no longer knows the cell's request,
    // and shows nothing of what this one prints from now on.
    await notebook.busy();
    expect(await notebook.text(0)).toContain('tick 3');
    await screenshot(page, 'reloaded');
    await notebook.start(1);
    await notebook.running(1);
    lab.addFile(flag, '');
    await notebook.finished(1);
    expect(await notebook.text(1)).toBe('true');
    await notebook.run(2);
    expect(await notebook.text(2)).toBe('after');
    await notebook.idle();
  });

  test('shows a kernel at work for as long as a cell runs, whatever else is asked', async () => {
    const notebook = await open('work', "console.log('go'); while (true) {}", 'globalThis.');
    await notebook.start(0);
    await notebook.outputs(0).filter({ hasText: 'go' }).waitFor();
    await notebook.enter(1);
    await notebook.complete();
    await page.keyboard.press('Escape');
    await notebook.busy();
    await notebook.press('interrupt');
    await notebook.finished(0);
    await notebook.idle();
  });
});

describe('Notebook 7', () => {
  test('opens a notebook with the kernel, its logo and its output', async () => {
    const name = lab.addNotebook('classic.ipynb', ["console.log('in Notebook 7')", '[{ six: 6, seven: 7 }]']);
    await page.goto(`${lab.url}notebooks/${name}?token=${lab.token}`);
    const notebook = new Notebook(page);
    await notebook.panel.locator('.jp-Toolbar-kernelName').filter({ hasText: 'TypeScript' }).waitFor();
    await notebook.panel.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').waitFor();
    await notebook.run(0);
    expect(await notebook.text(0)).toBe('in Notebook 7');
    await notebook.run(1);
    await notebook.outputs(1).locator('table').waitFor();
    expect(await widthOf(page.locator('.jp-NotebookKernelLogo img'))).toBeGreaterThan(0);
  });
});

describe('two notebooks', () => {
  test('have a kernel each and do not wait for each other', async () => {
    const first = await open('first', "var mine = 'first';", "console.log('go'); while (true) {}", 'mine');
    const other = await openPage(browser);
    try {
      const second = await Notebook.open(
        other,
        lab,
        lab.addNotebook('second.ipynb', ["'mine' in globalThis", "var mine = 'second'; mine"]),
      );
      await first.run(0);
      await first.start(1);
      await first.outputs(1).filter({ hasText: 'go' }).waitFor();
      await second.run(0);
      expect(await second.text(0)).toBe('false');
      await second.run(1);
      expect(await second.text(1)).toBe("'second'");
      await first.press('interrupt');
      await first.finished(1);
      await first.run(2);
      expect(await first.text(2)).toBe("'first'");
    } finally {
      await other.context().close();
    }
  });
});
