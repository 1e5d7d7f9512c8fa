// What cells are told that they have is what there is: every global, and every member of what a global gives.

import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { createComms } from '../../../src/comms/comms';
import { createDisplay } from '../../../src/display/api';
import { createConsole } from '../../../src/display/console';
import { CustomMagics } from '../../../src/execution/magics/custom';
import type { DefinedGlobals } from '../../../src/execution/process/globals';
import { type Blocker, createInput, OpenQuestions } from '../../../src/execution/process/input';
import { createSleep } from '../../../src/execution/process/sleep';
import { Results } from '../../../src/execution/results';
import { kernelGlobals } from '../../../src/globals';
import { createWidgets } from '../../../src/widgets';
import { actualShape, declaredShape, difference, membersOf } from './shapes';

const root = join(__dirname, '../../..');
const [cellPath, globalsPath] = [join(root, 'cell.ts'), join(root, 'globals.d.ts')];

/** The libraries are parsed once. */
const parsed = new Map<string, ts.SourceFile | undefined>();

function compile(cell: string): ts.Program {
  const files = new Map([
    [cellPath, `${cell}\nexport {};`],
    [globalsPath, kernelGlobals],
  ]);
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
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
    if (text !== undefined) return ts.createSourceFile(name, text, target, true);
    if (!parsed.has(name)) parsed.set(name, getSourceFile(name, target, ...rest));
    return parsed.get(name);
  };
  host.getCurrentDirectory = () => root;
  return ts.createProgram([...files.keys()], options, host);
}

/** What TypeScript says about a file: `line: message`. */
function complaintsAbout(program: ts.Program, path: string): string[] {
  const file = program.getSourceFile(path)!;
  const diagnostics = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  return diagnostics.map(({ start = 0, messageText }) => {
    const { line } = file.getLineAndCharacterOfPosition(start);
    return `${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

const complaints = (cell: string) => complaintsAbout(compile(cell), cellPath);

/** The globals as the execution worker makes them. The compiler sees to it that none is missing. */
function createGlobals(): DefinedGlobals {
  const sink = { emit() {}, addPayload() {}, track() {} };
  const comms = createComms(sink.emit);
  const { readLine: _, ...input } = createInput({ ask() {} }, {} as Blocker, new OpenQuestions(), () => 0);
  return {
    ...createDisplay(sink),
    ...createWidgets(comms, sink),
    ...input,
    ...new CustomMagics(() => {}).globals,
    comms,
    console: createConsole(() => {}),
    module,
    require,
    sleep: createSleep({} as Blocker, () => 0).sleep,
  };
}

/** Those of Node's own names, with Node's declarations. */
const fromNode = ['console', 'module', 'require'];
/** Members that the kernel itself calls. */
const internal = ['place', 'receive', 'wireState'];

/** Cells' ways to everything that a global gives. */
function samplesFor(globals: DefinedGlobals): string[] {
  const classes = Object.keys(globals.widgets).filter((name) => name !== 'Widget');
  const widgets = classes.flatMap((name) => {
    const { prototype } = globals.widgets[name as 'IntSlider'] as { prototype: object };
    const made = `new widgets.${name}(${'index' in prototype ? "{ options: ['a'] }" : ''})`;
    return [
      made,
      ...['layout', 'style'].filter((part) => part in prototype).map((part) => `${made}.${part}`),
    ];
  });
  return [
    ...Object.keys(globals).filter((name) => !fromNode.includes(name)),
    'display(1)',
    'html`<b>`',
    "md('*')",
    'progress.bar()',
    "comms.open('target')",
    ...widgets,
    "new widgets.IntSlider().observe('value', () => {})",
    "widget({ esm: 'export default {}', state: { count: 0 } })",
    'interact(() => 1, { n: 1 })',
    "link([new widgets.IntSlider(), 'value'], [new widgets.IntText(), 'value'])",
  ];
}

describe('declarations', () => {
  const globals = createGlobals();
  const samples = samplesFor(globals);
  const program = compile(
    samples.map((sample, index) => `export const sample${index} = ${sample};`).join('\n'),
  );
  const checker = program.getTypeChecker();
  const declarations = program.getSourceFile(globalsPath)!;

  test('make sense to TypeScript', () => {
    expect(complaintsAbout(program, globalsPath)).toEqual([]);
    expect(complaintsAbout(program, cellPath)).toEqual([]);
  });

  test('name every global, and no other', () => {
    const declared = declarations.statements.flatMap((statement) => {
      if (ts.isFunctionDeclaration(statement)) return statement.name!.text;
      if (!ts.isVariableStatement(statement)) return [];
      return statement.declarationList.declarations.map(({ name }) => name.getText());
    });
    const before = new Set(Object.getOwnPropertyNames(globalThis));
    new Results();
    const results = Object.getOwnPropertyNames(globalThis).filter((name) => !before.has(name));
    const made = Object.keys(globals).filter((name) => !fromNode.includes(name));
    expect(declared.sort()).toEqual([...made, ...results].sort());
  });

  /** The interfaces whose members were looked at. */
  const seen = new Set<string>();
  const note = (node: ts.Node | undefined) => {
    if (node?.parent && ts.isInterfaceDeclaration(node.parent)) seen.add(node.parent.name.text);
  };

  /** What a sample's declared type and its value do not agree about. */
  function problemsOf(sample: string, type: ts.Type): string[] {
    const make = new Function(...Object.keys(globals), `return ${sample}`) as (...rest: unknown[]) => object;
    const value = make(...Object.values(globals));
    for (const { declaration } of type.getCallSignatures()) note(declaration);
    const problems = [difference(declaredShape(checker, type), actualShape(value))];
    const actual = new Set(membersOf(value).filter((name) => !internal.includes(name)));
    for (const property of checker.getPropertiesOfType(type)) {
      const { name } = property;
      note(property.declarations?.[0]);
      if (Object.hasOwn(Object.prototype, name)) continue;
      if (!actual.delete(name)) problems.push(`.${name} is declared, and is not there`);
      else {
        const declared = declaredShape(checker, checker.getTypeOfSymbol(property));
        const problem = difference(declared, actualShape(Reflect.get(value, name)));
        if (problem) problems.push(`.${name} ${problem}`);
      }
    }
    for (const name of actual) problems.push(`.${name} is there, and is not declared`);
    return problems.flatMap((problem) => (problem ? `${sample}: ${problem}` : []));
  }

  test('say what each global, and what it gives, has and takes', () => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(cellPath)!)!;
    const problems = samples.flatMap((sample, index) => {
      const exported = checker.tryGetMemberInModuleExports(`sample${index}`, module)!;
      return problemsOf(sample, checker.getTypeOfSymbol(exported));
    });
    expect(problems).toEqual([]);
  });

  test('have nothing that can be called and that no sample led to', () => {
    const spaces = declarations.statements
      .filter(ts.isModuleDeclaration)
      .map(({ body }) => body as ts.ModuleBlock);
    const callable = spaces
      .flatMap((space) => space.statements.filter(ts.isInterfaceDeclaration))
      .filter(({ members }) =>
        members.some((one) => ts.isMethodSignature(one) || ts.isCallSignatureDeclaration(one)),
      )
      .map(({ name }) => name.text);
    // These two are the page's.
    expect(callable.filter((name) => !seen.has(name))).toEqual(['PageModel', 'PageModule']);
  });
});

describe('cells', () => {
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
