// What cells are told about widgets is what there is.

import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { createComms } from '../../../src/comms/comms';
import { globalsSource } from '../../../src/globals/cells';
import { createWidgets } from '../../../src/widgets';

const root = join(__dirname, '../../..');

/** The libraries are parsed once. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** What TypeScript says about a cell: `line: message`. */
function complaints(cell: string): string[] {
  const files = new Map([
    [join(root, 'cell.ts'), `${cell}\nexport {};`],
    [join(root, 'globals.d.ts'), globalsSource],
  ]);
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.getSourceFile = (name, target, ...rest) => {
    const text = files.get(name);
    if (text !== undefined) return ts.createSourceFile(name, text, target);
    if (!parsed.has(name)) parsed.set(name, getSourceFile(name, target, ...rest));
    return parsed.get(name);
  };
  host.getCurrentDirectory = () => dirname(root);
  const program = ts.createProgram([...files.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const line = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? -1;
    return `${line + 1}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`;
  });
}

describe('declarations', () => {
  test('every class has the fields and methods that are declared, and no others', () => {
    const comms = createComms(() => {});
    const { widgets } = createWidgets(comms, { emit() {}, addPayload() {}, track() {} });
    const asserts: string[] = [];
    for (const [name, made] of Object.entries(widgets)) {
      if (name === 'Widget') continue;
      const fields = Object.keys(Object.getOwnPropertyDescriptors(made.prototype)).filter(
        (field) => field !== 'constructor' && !field.startsWith('_'),
      );
      const union = fields.map((field) => `'${field}'`).join(' | ');
      asserts.push(
        `same<Exclude<keyof InstanceType<typeof widgets.${name}>, keyof tskernel.Widget>, ${union}>(true);`,
      );
    }
    const cell = [
      'function same<A, B>(_: [A] extends [B] ? ([B] extends [A] ? true : Exclude<B, A>) : Exclude<A, B>) {}',
      ...asserts,
      `same<keyof typeof widgets, ${Object.keys(widgets)
        .map((name) => `'${name}'`)
        .join(' | ')}>(true);`,
    ];
    expect(complaints(cell.join('\n'))).toEqual([]);
  });

  test('a cell that uses them well is told nothing', () => {
    const cell = `
      const slider = new widgets.IntSlider({ value: 3, layout: { width: '50%' }, style: { handleColor: 'red' } });
      slider.observe('value', (value, before) => value.toFixed(before));
      slider.layout.width = null;
      const pick = new widgets.Dropdown({ options: ['a', 'b'], description: 'pick' });
      const chosen: 'a' | 'b' | null = pick.value;
      const many: readonly number[] = new widgets.SelectMultiple({ options: { one: 1 as number } }).value;
      const box = new widgets.VBox({ children: [slider, pick] });
      await new widgets.Button({ description: 'go' }).clicked();
      new widgets.Text().onSubmit((text) => text.toUpperCase());
      const out: number = new widgets.Output().run(() => 1);
      const counter = widget({
        esm: { render({ model, el }) { el.textContent = model.get('count').toFixed(); } },
        state: { count: 0, points: new Float32Array() },
      });
      counter.count += 1;
      counter.observe('points', (points) => points.length);
      interact(({ n, word, on, pick }) => [n.toFixed(), word.trim(), on === true, pick.trim()], {
        n: { min: 0, max: 9 },
        word: 'x',
        on: true,
        pick: ['p', 'q'],
      });
      interact(({ n }) => n.toFixed(), { n: slider });
      link([slider, 'value'], [new widgets.IntProgress(), 'value']).unlink();
      comms.register('t', (comm) => comm.onMessage(({ data }) => comm.send({ echo: data })));
    `;
    expect(complaints(cell)).toEqual([]);
  });

  test('a cell that errs is told where', () => {
    const cell = [
      `new widgets.IntSlider({ valeu: 1 });`,
      `new widgets.IntSlider().value = 'x';`,
      `new widgets.Label().observe('volume', () => {});`,
    ];
    expect(complaints(cell.join('\n')).map((complaint) => complaint.split(':')[0])).toEqual(['1', '2', '3']);
  });
});
