// What the kernel adds to a cell's globals; hovering over one shows its comment.
// Rule: says what the execution worker really has; a helper type lives in `tskernel`, so that no name of the user's is taken.
// biome-ignore-all lint/suspicious/noExplicitAny: what only the notebook can know is left open, as in the types of Node.

export declare namespace tskernel {
  /** MIME type to value: text, bytes or JSON. */
  type Bundle = { readonly [mime: string]: unknown };

  interface DisplayOptions {
    /** A name for the place: displays of the same id are changed together. */
    readonly id?: string;
  }

  interface ValueOptions extends DisplayOptions {
    /** The value is a text, bytes or JSON of this MIME type, and shown as that. */
    readonly mime?: string;
    /** As in Deno: the value is a bundle of MIME types, as `display.mime` takes it. */
    readonly raw?: boolean;
    /** As in Deno: the same as `id`. */
    readonly display_id?: string;
    /** As in Deno: changes what is shown under that id already. */
    readonly update?: boolean;
  }

  interface ImageOptions extends DisplayOptions {
    /** On the page, in pixels; the picture's own size unless told. */
    readonly width?: number;
    readonly height?: number;
    /** What the picture shows, for those who do not see it. */
    readonly alt?: string;
    /** The kind of bytes whose beginning does not tell it, for example `image/avif`. */
    readonly mime?: string;
  }

  interface TableOptions extends DisplayOptions {
    /** The columns to show, in this order. */
    readonly columns?: readonly string[];
    readonly maxRows?: number;
    readonly maxColumns?: number;
    /** To be sorted, filtered and scrolled, all rows of it, on a page that has widgets; elsewhere it is as without. */
    readonly interactive?: boolean;
  }

  /** Something that is shown. As the value of a cell it shows nothing more. */
  interface DisplayHandle<Input = unknown> {
    /** The display id: `display.update(id, value)` changes the same place. */
    readonly id: string;
    /** Resolves when what was given last is on its way to the page. */
    readonly ready: Promise<void>;
    /**
     * Shows something else in the same place, in the same way: a handle of `display.html` takes HTML.
     * @example
     * const status = display('working …');
     * status.update('done');
     */
    update(value: Input): void;
    /** Empties the place; a later `update` fills it again. */
    clear(): void;
  }

  /** A piece of markup: shows itself, and goes into other templates as it is. */
  interface Markup {
    readonly kind: 'text/html' | 'text/markdown' | 'image/svg+xml';
    readonly text: string;
    toString(): string;
  }

  interface MarkupTag {
    (strings: TemplateStringsArray, ...values: readonly unknown[]): Markup;
    (text: string): Markup;
  }

  interface Display {
    /**
     * Shows a value: a table, an image, markup or text, whatever says most about it.
     * @param value what to show
     * @param options `mime`: the value is a text, bytes or JSON of this MIME type, and shown as that
     * @returns the place, to be changed later
     */
    <T>(value: T, options?: ValueOptions): DisplayHandle<any>;
    /** Shows several values, one after the other. */
    (...values: unknown[]): void;
    /** Shows HTML, scripts and styles included. */
    html(markup: string | { toString(): string }, options?: DisplayOptions): DisplayHandle;
    /** Shows Markdown. */
    markdown(text: string | { toString(): string }, options?: DisplayOptions): DisplayHandle;
    /** Shows Markdown. */
    md(text: string | { toString(): string }, options?: DisplayOptions): DisplayHandle;
    /** Shows an SVG drawing. */
    svg(markup: string | { toString(): string }, options?: DisplayOptions): DisplayHandle;
    /** Shows a formula; it is put between `$$` unless it brings its own delimiters. */
    latex(formula: string, options?: DisplayOptions): DisplayHandle<string>;
    /** Shows a value as a tree that can be unfolded. */
    json(value: unknown, options?: DisplayOptions & { readonly expanded?: boolean }): DisplayHandle;
    /**
     * Shows a picture.
     * @param source a path, an address, a data URL, base64, bytes or a Blob: PNG, JPEG, GIF, WebP, SVG or PDF
     */
    image(
      source: string | URL | ArrayBuffer | Uint8Array | Blob,
      options?: ImageOptions,
    ): DisplayHandle<string | URL | ArrayBuffer | Uint8Array | Blob>;
    /** Runs a script in the page. */
    javascript(code: string, options?: DisplayOptions): DisplayHandle<string>;
    /** Shows a text as it is, without quotes. */
    text(text: string, options?: DisplayOptions): DisplayHandle;
    /** Shows an array, Map, Set or object of rows as a table: 50 rows and 20 columns unless told. */
    table(data: unknown, options?: TableOptions): DisplayHandle;
    /** Shows several representations of one thing; the page takes the richest that it can show. */
    mime(
      bundle: Bundle,
      metadata?: { readonly [key: string]: unknown },
      options?: DisplayOptions,
    ): DisplayHandle<Bundle>;
    /** Shows another value in each place of this id. */
    update(id: string, value: unknown): void;
    /**
     * Teaches how to show values of a class, or those that a test picks.
     * @param render makes a bundle, a text, or something that shows itself
     */
    register<T>(
      subject:
        | (abstract new (
            ...rest: any[]
          ) => T)
        | ((value: unknown) => value is T)
        | ((value: unknown) => boolean),
      render: (value: T) => unknown,
    ): void;
  }

  interface ProgressOptions {
    /** How many steps there will be; taken from the length or size of what is looped over unless told. */
    readonly total?: number;
    /** A label for the bar. */
    readonly label?: string;
  }

  /** A progress bar, moved by hand. */
  interface ProgressBar {
    /** Steps done so far. */
    count: number;
    total: number | undefined;
    label: string;
    /** Moves on by some steps, one unless told. */
    advance(steps?: number): void;
    /** Ends the bar: all is done. */
    done(): void;
    /** Ends the bar where it is. */
    stop(): void;
  }

  interface Progress {
    /**
     * Loops with a progress bar.
     * @example
     * for (const file of progress(files)) read(file);
     */
    <T>(source: Iterable<T>, options?: ProgressOptions): Iterable<T>;
    <T>(source: AsyncIterable<T>, options?: ProgressOptions): AsyncIterable<T>;
    /** Counts from 0 to below the number. */
    (count: number, options?: ProgressOptions): Iterable<number>;
    /** A bar to move by hand. */
    bar(options?: ProgressOptions): ProgressBar;
  }

  interface MagicOptions {
    /** What follows the name, for %help: `[file]`. */
    readonly usage?: string;
    /** What it does, in one line, for %help. */
    readonly summary?: string;
  }

  interface Magics {
    /**
     * Adds a magic of a line, `%name …`. What the function gives, or its promise, is the value of the line.
     * @param run is given what follows the name
     * @throws Error for a name that the kernel has
     */
    line(name: string, run: (line: string) => unknown, options?: MagicOptions): void;
    /**
     * Adds a magic of a whole cell, `%%name …` in its first line.
     * @param run is given what follows the name, and the lines below
     * @throws Error for a name that the kernel has
     */
    cell(name: string, run: (line: string, body: string) => unknown, options?: MagicOptions): void;
  }

  interface InputOptions {
    /** Hides what is typed. */
    readonly password?: boolean;
  }

  interface Input {
    /**
     * Asks the user for a line of text and waits for it.
     * @returns the line
     * @throws Error at the end of input, where `prompt` returns null, and when nobody is there to answer
     */
    (prompt?: unknown, options?: InputOptions): string;
    /** Asks without blocking: timers and promises go on meanwhile. */
    async(prompt?: unknown, options?: InputOptions): Promise<string>;
  }
}

/**
 * Shows values in the cell's output, and `display.html`, `display.image` … other things than values.
 * @example
 * const status = display('working …');
 * display.html('<b>bold</b>');
 * status.update('done');
 */
export declare var display: tskernel.Display;

/**
 * HTML that shows itself. As a template it escapes what is put in; markup goes in as it is.
 * @example
 * html`<b>${name}</b>`
 */
export declare var html: tskernel.MarkupTag;
/**
 * Markdown that shows itself. As a template it escapes what is put in; markup goes in as it is.
 * @example
 * md`## ${rows.length} rows`
 */
export declare var md: tskernel.MarkupTag;
/**
 * An SVG drawing that shows itself. As a template it escapes what is put in; markup goes in as it is.
 * @example
 * svg`<svg width="40" height="40"><circle cx="20" cy="20" r="${radius}"/></svg>`
 */
export declare var svg: tskernel.MarkupTag;

/**
 * Loops with a progress bar: over a collection, a stream, or a number of turns.
 * @example
 * for (const file of progress(files, { label: 'reading' })) read(file);
 */
export declare var progress: tskernel.Progress;

/**
 * Empties the cell's output; with `wait`, or `true`, not before something new is shown.
 * @example
 * for (const frame of frames) {
 *   clearOutput(true);
 *   display(frame);
 *   sleep(100);
 * }
 */
export declare function clearOutput(options?: boolean | { readonly wait?: boolean }): void;

/**
 * Opens something in the page's pager when the cell has ended.
 * @example
 * page(md`# How this is computed`);
 */
export declare function page(content: unknown): void;

/**
 * Proposes the text of the next cell, or with `replace` of this one.
 * @example
 * nextCell(`const rows = await load('${file}');`);
 */
export declare function nextCell(source: string, options?: { readonly replace?: boolean }): void;

/**
 * Adds magics, for the cells that follow. `%load_ext` loads a package that does so.
 * @example
 * magics.line('greet', (name) => `Hello ${name}`, { usage: 'name', summary: 'greet somebody' });
 * magics.cell('csv', (_, body) => body.trim().split('\n').map((line) => line.split(',')));
 */
export declare var magics: tskernel.Magics;

/**
 * Asks the user for a line of text and waits for it; `input.async` does not block.
 * @example
 * const name = input('Your name: ');
 * const token = input('Token: ', { password: true });
 */
export declare var input: tskernel.Input;

/**
 * Asks the user for a line of text, as in a browser: null at the end of input.
 * @param fallback what an empty line stands for
 * @example
 * const size = Number(prompt('How many?', 10));
 */
export declare function prompt(message?: unknown, fallback?: unknown): string | null;

/**
 * Asks the user a question: true for yes.
 * @example
 * if (confirm('Delete them?')) remove(files);
 */
export declare function confirm(message?: unknown): boolean;

/**
 * Tells the user something and waits until it is acknowledged.
 * @example
 * alert('Plug the device in');
 */
export declare function alert(message?: unknown): void;

/**
 * Waits for a time; an interrupt ends it. A statement `sleep(100);` of a cell blocks: nothing else runs meanwhile. Where its
 * value is taken, as in `await sleep(100)`, it is a promise: timers, sockets and widgets go on.
 * @param milliseconds 0 or more
 * @example
 * sleep(500);
 * await Promise.all([sleep(500), fetch(address)]);
 */
export declare function sleep(milliseconds: number): Promise<void>;

/**
 * The sources of the cells that ran, by number.
 * @example
 * nextCell(In[3]);
 */
export declare var In: readonly string[];
/**
 * The values of the cells that ran, by number.
 * @example
 * Out[3].length
 */
export declare var Out: { readonly [number: number]: any };
/** The latest value of a cell. */
export declare var _: any;
/** The latest value but one. */
export declare var __: any;
/** The latest value but two. */
export declare var ___: any;
