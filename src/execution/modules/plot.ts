// Observable Plot draws into a document, which Node has none of: it gets one of linkedom or jsdom, whichever the project has.
// Rule: what a plot is given holds; nothing is loaded before something is drawn, and no global is made.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Namespace } from './importer';

export const plotPackage = '@observablehq/plot';

type Draw = (options?: object, ...rest: unknown[]) => unknown;

/** Marks whose `plot` has been replaced. */
const known = new WeakSet<object>();

/**
 * The names of Plot, with functions that bring a document along.
 * @param places directories whose packages are looked at, the first first
 */
export function withDocument(plot: Namespace, places: readonly string[]): Namespace {
  let found: object | undefined;
  /** What a plot is drawn with. */
  const completed = (options: object = {}): object => {
    const hasOne = 'document' in options || (globalThis as { window?: unknown }).window !== undefined;
    if (hasOne) return options;
    found ??= findDocument(places);
    return { ...options, document: found };
  };
  const completing = (draw: Draw) =>
    function (this: unknown, options?: object, ...rest: unknown[]): unknown {
      return Reflect.apply(draw, this, [completed(options), ...rest]);
    };
  const marks = (plot.Mark as { readonly prototype?: { plot?: Draw } } | undefined)?.prototype;
  if (typeof marks?.plot === 'function' && !known.has(marks)) {
    known.add(marks);
    marks.plot = completing(marks.plot);
  }
  const drawing: Record<string, unknown> = {};
  for (const name of ['plot', 'legend']) {
    const draw = plot[name];
    if (typeof draw === 'function') drawing[name] = completing(draw as Draw);
  }
  return { ...plot, ...drawing };
}

interface Linkedom {
  parseHTML(markup: string): { readonly document: object };
}

interface Jsdom {
  readonly JSDOM: new (markup: string) => { readonly window: { readonly document: object } };
}

function findDocument(places: readonly string[]): object {
  const markup = '<!doctype html><html><body></body></html>';
  for (const place of places) {
    const load = createRequire(join(place, 'notebook.js'));
    const has = (name: string): boolean => {
      try {
        return load.resolve(name) !== '';
      } catch {
        return false;
      }
    };
    if (has('linkedom')) return (load('linkedom') as Linkedom).parseHTML(markup).document;
    if (has('jsdom')) return new (load('jsdom') as Jsdom).JSDOM(markup).window.document;
  }
  throw new Error(
    'Plot draws into a document, and neither linkedom nor jsdom is installed here. Run %npm install linkedom, or give it one: Plot.plot({ document, … })',
  );
}
