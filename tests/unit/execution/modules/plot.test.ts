// Observable Plot without a document: what it is given, and what is said where there is none.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { withDocument } from '../../../../src/execution/modules/plot';

/** A project that has such packages. */
function project(packages: { readonly [name: string]: string }): string {
  const directory = mkdtempSync(join(tmpdir(), 'plot-'));
  for (const [name, code] of Object.entries(packages)) {
    mkdirSync(join(directory, 'node_modules', name), { recursive: true });
    writeFileSync(join(directory, 'node_modules', name, 'index.js'), code);
  }
  return directory;
}
const linkedom = "exports.parseHTML = () => ({ document: 'of linkedom' })";
const jsdom = "exports.JSDOM = class { window = { document: 'of jsdom' } }";

function createPlot() {
  class Mark {
    plot(options: { marks?: unknown[]; document?: unknown } = {}) {
      return { ...options, mark: this };
    }
  }
  return { Mark, plot: (options?: object) => options, legend: (options?: object) => options, other: 5 };
}

test.each<[string, { [name: string]: string }, string]>([
  ['linkedom', { linkedom }, 'of linkedom'],
  ['jsdom', { jsdom }, 'of jsdom'],
  ['both', { jsdom, linkedom }, 'of linkedom'],
])('with %s', (_name, packages, document) => {
  const original = createPlot();
  const plot = withDocument(original, [project({}), project(packages)]) as ReturnType<typeof createPlot>;
  expect(plot.plot({ marks: [] })).toEqual({ marks: [], document });
  expect(plot.plot()).toEqual({ document });
  expect(plot.legend({})).toEqual({ document });
  expect(new plot.Mark().plot()).toMatchObject({ document });
  expect(plot.other).toBe(5);
});

test('what a plot is given holds', () => {
  const plot = withDocument(createPlot(), [project({ linkedom })]) as ReturnType<typeof createPlot>;
  expect(plot.plot({ document: 'mine' })).toEqual({ document: 'mine' });
});

test('with neither it says what to install', () => {
  const plot = withDocument(createPlot(), [project({})]) as ReturnType<typeof createPlot>;
  expect(() => plot.plot({})).toThrow('Run %npm install linkedom, or give it one: Plot.plot({ document');
});
