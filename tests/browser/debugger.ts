// JupyterLab's debugger: what a person clicks in it, and what its panels show.
// Rule: as in `notebook`, every wait is for something that a person would wait for.
//
// JupyterLab asks the kernel for the state of its debugger whenever a notebook comes to the front, also by a step that leads
// out of a file, and then puts back what it knew before it asked (`restoreState` of @jupyterlab/debugger). Breakpoints that
// were set or removed meanwhile are lost for good, and a program that has stopped meanwhile is shown as running. A person
// sees the panels come to rest before they act; so does what is here, however slow the machine is.
import type { Locator, Page } from 'playwright-core';
import { type Notebook, patience } from './notebook';
import { listen, type Message } from './traffic';

export type CallstackButton = 'continue' | 'terminate' | 'step-over' | 'step-in' | 'step-out' | 'evaluate';

export class Debugger {
  readonly page: Page;
  /** How often the kernel has answered a command, or told of an event. */
  readonly #heard = new Map<unknown, number>();
  /** The requests that the kernel is not done with: it has to answer and to be idle. */
  readonly #open = new Map<string, { readonly command: unknown; left: number }>();

  /** Before the notebook is opened: it hears what the kernel says. */
  constructor(readonly notebook: Notebook) {
    this.page = notebook.page;
    listen(
      this.page,
      ({ kind, id, content }) => {
        if (kind === 'debug_request') this.#open.set(id, { command: content.command, left: 2 });
      },
      (message) => this.#hear(message),
    );
  }

  #hear({ kind, parent = '', content }: Message): void {
    const state = kind === 'status' && content.execution_state;
    // Another kernel answers nothing that the one before was asked.
    if (state === 'starting' || state === 'restarting') this.#open.clear();
    const request = this.#open.get(parent);
    if (request && (kind === 'debug_reply' || state === 'idle') && --request.left === 0)
      this.#open.delete(parent);
    const name = kind === 'debug_reply' ? content.command : kind === 'debug_event' && content.event;
    this.#heard.set(name, (this.#heard.get(name) ?? 0) + 1);
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

  /** Waits until the page asks the debugger nothing more: two turns with two pictures each, and nothing is under way. */
  async rest(): Promise<void> {
    const end = Date.now() + patience;
    for (let turns = 0; turns < 2; ) {
      await this.page.evaluate(
        () =>
          new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))),
      );
      turns = this.#open.size === 0 ? turns + 1 : 0;
      if (Date.now() > end) {
        const commands = Array.from(this.#open.values(), ({ command, left }) => `${command}-${left}`);
        throw new Error(`the page asks the debugger on and on: ${commands}`);
      }
    }
  }

  /** Switches the debugger on and waits for its panels. */
  async start(): Promise<void> {
    const ready = this.bug.and(this.page.locator('[aria-disabled="false"]'));
    await ready.waitFor();
    await this.rest();
    await ready.click();
    await this.bug.and(this.page.locator('[aria-pressed="true"]')).waitFor();
    await this.sidebar.waitFor();
  }

  async end(): Promise<void> {
    await this.rest();
    await this.bug.click();
    await this.bug.and(this.page.locator('[aria-pressed="false"]')).waitFor();
  }

  /**
   * Clicks into the gutter of an editor, and waits until the panel lists a breakpoint more, or one less, and the kernel has it,
   * which the page does not wait for.
   * @param line from 1
   */
  async toggle(editor: Locator, line: number): Promise<void> {
    await this.rest();
    const before = await this.breakpoints.count();
    // The first of the gutter is nobody's line: it keeps the width.
    const gutter = editor.locator('.cm-gutter.cm-breakpoint-gutter > .cm-gutterElement').nth(line);
    await this.until('setBreakpoints', () => gutter.click());
    const isMore = this.breakpoints.nth(before).waitFor();
    const isLess = () => this.breakpoints.nth(before - 1).waitFor({ state: 'detached' });
    await (before === 0 ? isMore : Promise.race([isMore, isLess()]));
  }

  /** Removes all breakpoints, by the button over them. */
  async clear(): Promise<void> {
    await this.rest();
    await this.sidebar.locator('jp-button[title="Remove All Breakpoints"]').click();
    const dialog = this.page.locator('.jp-Dialog', { hasText: 'remove all breakpoints' });
    await this.until('setBreakpoints', () => dialog.locator('.jp-mod-accept').click());
    await this.rest();
    await this.breakpoints.first().waitFor({ state: 'detached' });
  }

  /** Starts a cell with Shift+Enter. */
  async run(index: number): Promise<void> {
    await this.rest();
    await this.notebook.start(index);
  }

  /** Does something, and waits until the kernel has answered a command since, or told of an event. */
  async until(name: 'setBreakpoints' | 'stopped', act: () => Promise<unknown>): Promise<void> {
    const before = this.#heard.get(name);
    await act();
    for (let waited = 0; this.#heard.get(name) === before; waited += 20) {
      if (waited > patience) throw new Error(`nothing was heard of ${name}`);
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

  /** A button over the call stack. A step is over when the program has stopped again. */
  async press(button: CallstackButton): Promise<void> {
    await this.rest();
    const click = () =>
      this.sidebar.locator(`[data-jp-item-name="${button}"] jp-button[aria-disabled="false"]`).click();
    await (button.startsWith('step') ? this.until('stopped', click) : click());
  }

  /** Looks at a frame of the call stack. @param index from the innermost */
  async look(index: number): Promise<void> {
    await this.rest();
    await this.frames.nth(index).click();
  }

  /** Brings a tab to the front. The text of a frame may come there once more, when it arrives late; then a person clicks again. */
  async bring(name: string): Promise<void> {
    const tab = this.page.getByRole('tab', { name });
    do {
      await this.rest();
      await tab.click();
      await this.rest();
    } while ((await tab.getAttribute('aria-selected')) !== 'true');
  }

  /** What the call stack shows: `add Cell [1]:2`. */
  async stack(): Promise<string[]> {
    await this.rest();
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
    await this.rest();
    return found.first();
  }

  async choose(scope: string): Promise<void> {
    await this.rest();
    await this.sidebar.locator('select[aria-label="Scope"]').selectOption({ label: scope });
  }
}

/** What this program knows of the page's own globals, in functions that run there. */
declare const requestAnimationFrame: (draw: () => void) => void;
