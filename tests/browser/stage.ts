// What a file of browser tests plays on: one JupyterLab and one browser for all of its tests, and a page for each of them.
// Rule: to import it is to have it; what a file adds to it, its own hooks do, which run after these.
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Lab, startLab } from './lab';
import { chromiumFlags, Notebook, openPage, screenshot } from './notebook';

export let lab: Lab;
export let browser: Browser;
/** Of the test that runs. */
export let page: Page;

beforeAll(async () => {
  [lab, browser] = await Promise.all([
    startLab(),
    chromium.launch({ executablePath: process.env.CHROMIUM, args: chromiumFlags }),
  ]);
});
beforeEach(async () => {
  page = await openPage(browser);
});
afterEach(async () => {
  const name = expect.getState().currentTestName ?? 'test';
  await screenshot(page, name.replace(/\W+/g, '-').toLowerCase());
  await page.context().close();
  await lab.endKernels();
});
afterAll(async () => {
  await browser?.close();
  await lab?.dispose();
});

/** A new notebook with these cells, open in the page. */
export function open(name: string, ...cells: string[]): Promise<Notebook> {
  return Notebook.open(page, lab, lab.addNotebook(`${name}.ipynb`, cells));
}
