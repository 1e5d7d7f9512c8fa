// Several lanes of one kernel in a real JupyterLab: a console beside a notebook that waits, and widgets with a lane of their own.
import { beforeEach, describe, expect, test } from '@jest/globals';
import { open, page } from './stage';

/** What the page has sent to the kernel. */
let sent: string[];
/** What it has heard of it. */
let heard: string[];

beforeEach(() => {
  sent = [];
  heard = [];
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => sent.push(String(payload)));
    socket.on('framereceived', ({ payload }) => heard.push(String(payload)));
  });
});

const waiting =
  'const given = await new Promise<string>((give) => { Object.assign(globalThis, { give }) }); given';

describe('while a cell waits', () => {
  test('a subshell console of the notebook runs, and answers it', async () => {
    const notebook = await open('console', waiting);
    await notebook.start(0);
    await notebook.running(0);
    const lanes = () => heard.filter((frame) => frame.includes('create_subshell_reply')).length;
    const before = lanes();
    await page.keyboard.press('Control+Shift+c');
    await page.locator('.lm-CommandPalette-input').fill('New Subshell Console for Notebook');
    await page.locator('.lm-CommandPalette-item', { hasText: 'New Subshell Console' }).first().click();
    // Until it has its subshell, what is run there waits behind the cell. Widgets of the notebook have one as well.
    while (lanes() === before) await page.waitForTimeout(50);
    const input = page.locator('.jp-CodeConsole-input .cm-content');
    await input.click();
    await page.keyboard.insertText("globalThis.give('from the console'); 6 * 7");
    await page.keyboard.press('Shift+Enter');
    await page.locator('.jp-CodeConsole-content .jp-OutputArea-output', { hasText: '42' }).waitFor();
    await notebook.finished(0);
    expect(await notebook.text(0)).toContain('from the console');
  });

  test('a widget is heard, by a subshell of its own', async () => {
    const notebook = await open(
      'widget',
      "const button = new widgets.Button({ description: 'Give' }); button.onClick(() => give('from the page')); display(button);",
      'var give: (text: string) => void; const given = await new Promise<string>((resolve) => { give = resolve }); given',
    );
    await notebook.run(0);
    await notebook.start(1);
    await notebook.running(1);
    await notebook.outputs(0).getByRole('button', { name: 'Give' }).click();
    await notebook.finished(1);
    expect(await notebook.text(1)).toContain('from the page');
    const messages = sent.filter((frame) => frame.includes('"comm_msg"'));
    expect(messages.length).toBeGreaterThan(0);
    // JupyterLab makes one for each kind of comm, and does not wait for it.
    expect(/"subshell_id":\s*"[\w-]+"/.test(messages.at(-1)!)).toBe(true);
  });
});
