// What the types of a cell are warned of, in a real JupyterLab: a display that folds, changes in place and can be read.
import { describe, expect, test } from '@jest/globals';
import { contrastOf, Notebook, screenshot } from './notebook';
import { lab, open, page } from './stage';

/** What the editor marks is told below a cell only where somebody asks for that. */
const warn = '%types warn\n';
const several = `${warn}interface Point { x: number; y: number }
const origin: Point = { x: 0 }
const names = ['Ada', 'Grace'].map((name) => name.toUppercase ?? name)
const lost = origin.z ?? origin.z
names.length`;

describe('warnings', () => {
  test('are below the result, the first one open, the others folded up, and can be read in either theme', async () => {
    const notebook = await open('several', several, "consle.log('hello')");
    await notebook.run(0);
    const warned = notebook.outputs(0).filter({ hasText: 'Warning' });
    await warned.waitFor();
    expect(await notebook.outputs(0).first().textContent()).toContain('2');
    expect(await warned.locator('details').count()).toBe(3);
    expect(await warned.locator('details[open]').count()).toBe(1);
    expect(await warned.locator('pre').nth(1).isVisible()).toBe(false);
    await warned.locator('summary').nth(2).click();
    expect(await warned.locator('pre').nth(2).innerText()).toContain('const lost = origin.z ?? origin.z');
    // An error looks like an error; a warning does not.
    const ground = (place: typeof warned) =>
      place.evaluate((element) => getComputedStyle(element).backgroundColor);
    await notebook.run(1);
    const error = notebook.outputs(1).first();
    await error.getByText("Did you mean 'console'?").waitFor();
    expect(await notebook.outputs(1).count()).toBe(1);
    expect(await ground(warned)).not.toBe(await ground(error));
    for (const theme of ['JupyterLab Dark', 'JupyterLab Light']) {
      await notebook.chooseTheme(theme);
      expect(await contrastOf(warned)).toBeGreaterThan(2.5);
      await screenshot(page, `warnings-${theme.split(' ')[1]!.toLowerCase()}`);
    }
  });

  test('are there once when their cell is run again, and gone when the mistake is mended', async () => {
    const notebook = await open('again', `${warn}const wrong: number = 'text';\n'done'`);
    const warned = notebook.outputs(0).filter({ hasText: 'TS2322' });
    for (let runs = 0; runs < 3; runs++) {
      await notebook.run(0);
      await warned.waitFor();
    }
    // Without a wait between the runs, too: the check of an old run comes when the new one is under way.
    await notebook.start(0);
    await notebook.run(0);
    await warned.waitFor();
    expect(await warned.count()).toBe(1);
    expect(await notebook.outputs(0).count()).toBe(2);
    await notebook.paste(0, "const wrong: number = 7;\n'done'");
    await notebook.run(0);
    await notebook.idle();
    expect(await notebook.outputs(0).count()).toBe(1);
  });

  test('say everything in a notebook that is not trusted, where styles and scripts are taken away', async () => {
    const notebook = await open('trusted', several);
    await notebook.run(0);
    await notebook.outputs(0).filter({ hasText: 'Warning' }).waitFor();
    await notebook.save();
    lab.copyNotebook('trusted.ipynb', 'untrusted.ipynb');
    const opened = await Notebook.open(page, lab, 'untrusted.ipynb');
    const warned = opened.outputs(0).filter({ hasText: 'Warning' });
    await warned.waitFor();
    expect(await warned.locator('details').count()).toBe(3);
    expect(await warned.locator('pre').first().innerText()).toContain("'y' is declared here");
    expect(await warned.locator('pre').nth(1).isVisible()).toBe(false);
    await screenshot(page, 'warnings-untrusted');
  });
});

declare const getComputedStyle: (element: unknown) => { readonly backgroundColor: string };
