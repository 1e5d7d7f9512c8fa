// JupyterLab's debugger: what a person clicks in it, and what its panels show.
// Rule: as in `notebook`, every wait is for something that a person would wait for.
import type { Locator, Page } from 'playwright-core';
import { type Notebook, patience } from './notebook';

export type CallstackButton = 'continue' | 'terminate' | 'step-over' | 'step-in' | 'step-out' | 'evaluate';

export class Debugger {
  readonly page: Page;
  /** How often the kernel has said that it has the breakpoints of a text. */
  #answers = 0;

  /** Before the notebook is opened: it hears what the kernel says. */
  constructor(readonly notebook: Notebook) {
    this.page = notebook.page;
    this.page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (payload.toString().includes('"command":"setBreakpoints"')) this.#answers++;
      }),
    );
  }

  get bug(): Locator {
    return this.notebook.panel.locator('.jp-DebuggerBugButton');
  }

  get sidebar(): Locator {
    return this.page.locator('#jp-debugger-sidebar');
  }

  /** The line of an editor on which the program has stopped. */
  get stop(): Locator {
    return this.page.locator('.jp-DebuggerEditor-highlight');
  }

  get frames(): Locator {
    return this.sidebar.locator('.jp-DebuggerCallstackFrame');
  }

  get breakpoints(): Locator {
    return this.sidebar.locator('.jp-DebuggerBreakpoint');
  }

  /** The names and values of the panel, as a tree. */
  get variables(): Locator {
    return this.sidebar.locator('.jp-DebuggerVariables-body jp-tree-item');
  }

  /** Switches the debugger on and waits for its panels. */
  async start(): Promise<void> {
    await this.bug.and(this.page.locator('[aria-disabled="false"]')).click();
    await this.bug.and(this.page.locator('[aria-pressed="true"]')).waitFor();
    await this.sidebar.waitFor();
  }

  async end(): Promise<void> {
    await this.bug.click();
    await this.bug.and(this.page.locator('[aria-pressed="false"]')).waitFor();
  }

  /**
   * Clicks into the gutter of an editor, and waits until the panel lists a breakpoint more, or one less, and the kernel has it,
   * which the page does not wait for.
   * @param line from 1
   */
  async toggle(editor: Locator, line: number): Promise<void> {
    const before = await this.breakpoints.count();
    const number = editor
      .locator('.cm-lineNumbers .cm-gutterElement:visible')
      .getByText(String(line), { exact: true });
    const { y, height } = (await number.boundingBox())!;
    const { x, width } = (await editor.locator('.cm-gutter.cm-breakpoint-gutter').first().boundingBox())!;
    await this.answered(() => this.page.mouse.click(x + width / 2, y + height / 2));
    await Promise.race([
      this.breakpoints.nth(before).waitFor(),
      this.breakpoints.nth(before - 1).waitFor({ state: 'detached' }),
    ]);
  }

  /** Does something, and waits until the kernel has said that it has breakpoints since. */
  async answered(act: () => Promise<unknown>): Promise<void> {
    const before = this.#answers;
    await act();
    for (let waited = 0; this.#answers === before; waited += 20) {
      if (waited > patience) throw new Error('the kernel was told of no breakpoints');
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  /** Waits until the program has stopped on a line with this text. */
  async stopped(text: string): Promise<void> {
    await this.stop.filter({ hasText: text }).waitFor();
  }

  async running(): Promise<void> {
    await this.stop.waitFor({ state: 'detached' });
  }

  /** A button over the call stack. */
  async press(button: CallstackButton): Promise<void> {
    await this.sidebar.locator(`[data-jp-item-name="${button}"] jp-button[aria-disabled="false"]`).click();
  }

  /** What the call stack shows: `add Cell [1]:2`. */
  async stack(): Promise<string[]> {
    const parts = await this.frames.locator('span').allInnerTexts();
    return parts.flatMap((part, at) => (at % 2 === 0 ? [`${part} ${parts[at + 1]}`] : []));
  }

  /** Waits until a name of the tree has this value. */
  async shows(name: string, value: string | RegExp): Promise<Locator> {
    const row = this.variables.filter({
      has: this.page.locator('.jp-DebuggerVariables-name').getByText(name, { exact: true }),
    });
    const found = row.filter({
      has: this.page.locator('.jp-DebuggerVariables-detail').filter({ hasText: value }),
    });
    await found.first().waitFor();
    return found.first();
  }

  async choose(scope: string): Promise<void> {
    await this.sidebar.locator('select[aria-label="Scope"]').selectOption({ label: scope });
  }
}
