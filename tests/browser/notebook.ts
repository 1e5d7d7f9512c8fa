// A notebook in the browser: what a person does with keys and mouse, and what they see.
// Rule: every wait is for something that a person would wait for; nothing here sleeps.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import type { Lab } from './lab';

const screenshots = resolve(__dirname, '../../artifacts/browser');

/** Long enough for a kernel's start on a busy machine, in milliseconds. */
export const patience = 30_000;

export const chromiumFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let workspaces = 0;

export async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(patience);
  return context.newPage();
}

/** Opens a place of the lab in a workspace of its own, so that no tab of an earlier test is there. */
export async function goTo(page: Page, lab: Lab, place = ''): Promise<void> {
  await page.goto(`${lab.url}lab/workspaces/test-${++workspaces}/${place}?token=${lab.token}`);
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
}

export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

/** What this program knows of the page's own globals, in functions that run there. */
declare const getComputedStyle: (element: unknown) => {
  readonly color: string;
  readonly backgroundColor: string;
};
interface PageElement {
  readonly parentElement: PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

/** The colour in which something is drawn. */
export function colourOf(place: Locator): Promise<string> {
  return place.evaluate((element) => getComputedStyle(element).color);
}

/** The width in pixels of an image, once it is loaded. */
export function widthOf(image: Locator): Promise<number> {
  return image.evaluate((element: { decode(): Promise<void>; readonly naturalWidth: number }) =>
    element.decode().then(() => element.naturalWidth),
  );
}

/** How well the coloured parts of an output stand out: the least contrast of all (1 to 21, as in WCAG 2). */
export function contrastOf(output: Locator): Promise<number> {
  return output.evaluate((element: PageElement) => {
    const read = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    /** What is seen where the ground of an element may be transparent. */
    const groundOf = (place: PageElement | null): number[] => {
      if (!place) return [255, 255, 255];
      const [red = 0, green = 0, blue = 0, opacity = 1] = read(getComputedStyle(place).backgroundColor);
      if (opacity === 1) return [red, green, blue];
      const behind = groundOf(place.parentElement);
      return [red, green, blue].map((part, at) => part * opacity + behind[at]! * (1 - opacity));
    };
    const brightness = (parts: number[]): number => {
      const [red = 0, green = 0, blue = 0] = parts.map((part) =>
        part <= 10 ? part / 3295 : ((part / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const contrasts = Array.from(element.querySelectorAll('pre span'), (span) => {
      const text = brightness(read(getComputedStyle(span).color));
      const ground = brightness(groundOf(span));
      return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
    });
    return Math.min(...contrasts);
  });
}

/** The visible notebook of a page. */
export class Notebook {
  constructor(readonly page: Page) {}

  /** Opens a notebook and waits until its kernel is idle. */
  static async open(page: Page, lab: Lab, name: string): Promise<Notebook> {
    await goTo(page, lab, `tree/${name}`);
    const notebook = new Notebook(page);
    await notebook.panel.waitFor();
    await notebook.idle();
    return notebook;
  }

  get panel(): Locator {
    return this.page.locator('.jp-NotebookPanel:not(.lm-mod-hidden)');
  }

  cell(index: number): Locator {
    return this.panel.locator('.jp-Notebook-cell').nth(index);
  }

  editor(index: number): Locator {
    return this.cell(index).locator('.cm-content');
  }

  outputs(index: number): Locator {
    return this.cell(index).locator('.jp-OutputArea-output');
  }

  /** `[3]:`, `[*]:`, `[ ]:`. */
  prompt(index: number): Locator {
    return this.cell(index).locator('.jp-InputArea-prompt');
  }

  /** Waits until the kernel is there and idle. The notebook's own indicator says idle before there is a kernel. */
  idle(): Promise<void> {
    return this.#state('Idle');
  }

  /** Waits until the kernel is said to be busy. */
  busy(): Promise<void> {
    return this.#state('Busy');
  }

  #state(state: string): Promise<void> {
    return this.page.locator('#jp-main-statusbar').getByText(`TypeScript | ${state}`).waitFor();
  }

  /** Saves by Ctrl+S and waits until the server has it. */
  async save(): Promise<void> {
    const saved = this.page.waitForResponse(
      (response) =>
        response.request().method() === 'PUT' && /\/api\/contents\/[^/]+\.ipynb/.test(response.url()),
    );
    await this.page.keyboard.press('Control+s');
    await saved;
  }

  /** Puts the cursor at the end of a cell. */
  async enter(index: number): Promise<void> {
    await this.editor(index).click();
    await this.page.keyboard.press('Control+End');
  }

  /** Replaces what a cell contains by keys, so that brackets close by themselves as they do for a person. */
  async type(index: number, text: string): Promise<void> {
    await this.editor(index).click();
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.type(text);
  }

  /** Replaces what a cell contains in one go, as pasting does. */
  async paste(index: number, text: string): Promise<void> {
    await this.editor(index).click();
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.insertText(text);
  }

  /**
   * Presses Tab until there is something to choose from. JupyterLab drops an answer that takes more than a second, which
   * on a busy machine the first one may; then a person presses it again.
   */
  async complete(): Promise<Locator> {
    const popup = this.page.locator('.jp-Completer:not(.lm-mod-hidden)');
    for (let presses = 0; presses < 10; presses++) {
      await this.page.keyboard.press('Tab');
      const came = await popup.waitFor({ timeout: 2000 }).then(
        () => true,
        () => false,
      );
      if (came) break;
    }
    await popup.waitFor();
    return popup;
  }

  /** Starts a cell with Shift+Enter. */
  async start(index: number): Promise<void> {
    await this.editor(index).click();
    await this.page.keyboard.press('Shift+Enter');
  }

  /** Runs a cell to its end: it has a number, and another one than before. */
  async run(index: number): Promise<void> {
    const before = (await this.prompt(index).textContent())!;
    await this.start(index);
    await this.prompt(index)
      .filter({ hasText: /\[\d+\]/, hasNotText: before })
      .waitFor();
  }

  /** Waits until a cell has a number. */
  async finished(index: number): Promise<void> {
    await this.prompt(index)
      .filter({ hasText: /\[\d+\]/ })
      .waitFor();
  }

  async running(index: number): Promise<void> {
    await this.prompt(index).filter({ hasText: '[*]' }).waitFor();
  }

  /** The text of all outputs of a cell. */
  async text(index: number): Promise<string> {
    return (await this.outputs(index).allInnerTexts()).map((text) => text.trimEnd()).join('\n');
  }

  /** A button of the notebook's toolbar: run, interrupt, restart, restart-and-run. */
  async press(button: string): Promise<void> {
    await this.panel.locator(`.jp-NotebookPanel-toolbar [data-jp-item-name="${button}"] jp-button`).click();
  }

  async choose(menu: string, entry: string): Promise<void> {
    await this.page.locator('#jp-MainMenu').getByText(menu, { exact: true }).click();
    await this.page.locator('.lm-Menu-item').getByText(entry, { exact: true }).click();
  }

  async chooseTheme(name: string): Promise<void> {
    await this.page.locator('#jp-MainMenu').getByText('Settings', { exact: true }).click();
    await this.page.locator('.lm-Menu-item').getByText('Theme', { exact: true }).hover();
    await this.page.locator('.lm-Menu-item').getByText(name, { exact: true }).click();
    await this.page.locator(`body[data-jp-theme-name="${name}"]`).waitFor({ state: 'attached' });
    await this.page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  }

  async accept(): Promise<void> {
    await this.page.locator('.jp-Dialog .jp-mod-accept').click();
  }

  /** Restarts the kernel by the toolbar and waits for the new one. */
  async restart(): Promise<void> {
    await this.press('restart');
    await this.accept();
    await this.page.locator('.jp-Dialog').waitFor({ state: 'detached' });
    await this.idle();
  }
}
