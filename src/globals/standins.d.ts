// What notebooks of other kernels call: `Deno.jupyter` of Deno, `$$` of ijavascript, and the module of tslab.
// Rule: what a notebook uses to show things, no more of those kernels; src/standins makes it when a cell mentions it.
// biome-ignore-all lint/suspicious/noExplicitAny: these kernels take whatever they can show.

export declare namespace standIns {
  /** MIME type to value: text, bytes or JSON. */
  type Bundle = { readonly [mime: string]: unknown };

  interface DenoDisplayOptions {
    /** The value is a bundle of MIME types. */
    readonly raw?: boolean;
    readonly display_id?: string;
    /** Changes what was shown under that id. */
    readonly update?: boolean;
  }

  /** Text that shows itself; what is put in is put in as it is. */
  type DenoTag = (strings: TemplateStringsArray, ...values: unknown[]) => object;

  interface DenoJupyter {
    /** The symbol of a method that gives a bundle. */
    readonly $display: symbol;
    display(value: unknown, options?: DenoDisplayOptions): Promise<void>;
    /** The bundle of a value. */
    format(value: unknown): Promise<Bundle>;
    /** Of messages: display_data, update_display_data, clear_output and stream. */
    broadcast(
      type: string,
      content: { readonly [key: string]: any },
      extra?: { readonly metadata?: object; readonly buffers?: readonly Uint8Array[] },
    ): Promise<void>;
    /** @param source a path, or the bytes of a PNG or JPEG */
    image(source: string | Uint8Array): object;
    readonly html: DenoTag;
    readonly md: DenoTag;
    readonly svg: DenoTag;
  }

  interface DenoNamespace {
    readonly jupyter: DenoJupyter;
    /** Everything else says what does it in Node. */
    readonly [name: string]: any;
  }

  interface TslabDisplay {
    javascript(text: string): void;
    html(text: string): void;
    markdown(text: string): void;
    latex(text: string): void;
    svg(text: string): void;
    png(bytes: Uint8Array): void;
    jpeg(bytes: Uint8Array): void;
    gif(bytes: Uint8Array): void;
    pdf(bytes: Uint8Array): void;
    text(text: string): void;
    raw(mime: string, content: string | Uint8Array): void;
  }

  interface Tslab {
    readonly display: TslabDisplay;
    /** One place: each call replaces what it shows. */
    newDisplay(): TslabDisplay;
    readonly versions: { readonly tslab: string; readonly typescript: string; readonly node: string };
  }

  /** @param keepAlive the cell goes on, until `done` or something is sent without */
  type Send<Content> = (content: Content | Promise<Content>, keepAlive?: boolean) => void;

  interface Sending {
    readonly text: Send<string>;
    readonly html: Send<string>;
    readonly svg: Send<string>;
    /** Base64. */
    readonly png: Send<string>;
    /** Base64. */
    readonly jpeg: Send<string>;
    readonly json: Send<any>;
    readonly mime: Send<Bundle>;
  }

  interface IjavascriptSession extends Sending {
    /** The cell does not end before `done`, `sendResult` or `sendError`. */
    async(isAsync?: boolean): void;
    done(result?: unknown): void;
    readonly sendResult: Send<any>;
    readonly sendError: Send<any>;
    input(
      options?: { readonly prompt?: string; readonly password?: boolean },
      callback?: (error: unknown, line: string) => void,
    ): Promise<string>;
    /** A place: each call replaces what it shows. */
    display(id?: string): Sending;
  }
}

/** Of the Deno kernel: `Deno.jupyter`. Cells run in Node; everything else of Deno's says what to write there. */
export declare var Deno: standIns.DenoNamespace;

/** Of ijavascript: the session. `display(…)` and `await` do the same. */
export declare var $$: standIns.IjavascriptSession;
