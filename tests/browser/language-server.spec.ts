// The extension for JupyterLab in a real one: what is wrong is marked while a person types, wherever the notebook goes.
import { describe, expect, test } from '@jest/globals';
import { open, page } from './stage';

describe('a mistake', () => {
  test('has a squiggle under it', async () => {
    const notebook = await open('mistake', 'const count: number = "three"', 'cuont + 1');
    await notebook.cell(0).locator('.cm-lintRange-error').waitFor();
    expect(await notebook.cell(0).locator('.cm-lintRange-error').allInnerTexts()).toEqual(['count']);
  });
});
