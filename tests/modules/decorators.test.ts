// Decorators learn the types of what they stand at where the project says so (emitDecoratorMetadata): typeorm, tsyringe,
// inversify and type-graphql live by that.
import { describe, expect, test } from '@jest/globals';
import { makeDirectory, Notebook, openForAll } from './notebook';

/** What reflect-metadata does, as far as it takes to see it. */
const reflect = `
export const types: { [name: string]: string } = {};
(Reflect as any).metadata = (key: string, value: any) => (target: any, name = 'constructor') => {
  types[\`\${key} \${target.name ?? target.constructor.name}.\${name}\`] = [value].flat().map((type: any) => type?.name).join();
};
export const known = (..._: any[]): void => {};
`;
const service = `
import { known } from './reflect';
import type { Shape } from './helper';
import { Helper } from './helper';
@known export class Service {
  @known name: string;
  @known shape: Shape;
  constructor(readonly helper: Helper, count: number) {}
  @known run(times: number[]): Promise<void> { throw new Error('run') }
}
`;
const expected = {
  'design:type Service.name': 'String',
  'design:type Service.shape': 'Object',
  'design:type Service.run': 'Function',
  'design:paramtypes Service.run': 'Array',
  'design:returntype Service.run': 'Promise',
  'design:paramtypes Service.constructor': 'Helper,Number',
};
const config = (options: object) => JSON.stringify({ compilerOptions: options });

const place = makeDirectory({
  'base.json': config({ experimentalDecorators: true, emitDecoratorMetadata: true, target: 'es2022' }),
  'tsconfig.json': JSON.stringify({ extends: './base.json' }),
  'reflect.ts': reflect,
  'helper.ts': 'export interface Shape {}\nexport class Helper {}',
  'service.ts': service,
  'required.ts': service.replaceAll('Service', 'Required'),
  'broken.ts': "import { known } from './reflect'\n@known class Broken { = }",
});
let notebook: Notebook;
openForAll(place, (opened) => {
  notebook = opened;
});
const ofClass = async (name: string) => {
  const shown = await notebook.prints('console.log(JSON.stringify(types))');
  const entries = Object.entries(JSON.parse(shown) as object).filter(([key]) => key.includes(` ${name}.`));
  return Object.fromEntries(entries.map(([key, value]) => [key.replace(name, 'Service'), value]));
};

describe('the types that decorators learn', () => {
  test('in a cell, of its own names and of earlier ones', async () => {
    await notebook.runs("import { known, types } from './reflect'; import { Helper } from './helper'");
    await notebook.runs(service.replace(/^import.*$/gm, '').replace('@known class', '@known\nclass'));
    const { 'design:type Service.shape': _, ...others } = expected;
    expect(await ofClass('Service')).toMatchObject(others);
    await notebook.runs('class Part {}\n@known class Whole { constructor(part: Part) {} }');
    expect(await ofClass('Whole')).toEqual({ 'design:paramtypes Service.constructor': 'Part' });
  });

  test('in a local file that is imported, with its lines', async () => {
    await notebook.runs('for (const name of Object.keys(types)) delete types[name]');
    await notebook.runs("import * as file from './service'");
    expect(await ofClass('Service')).toEqual(expected);
    expect(await notebook.fails('new file.Service({}, 1).run([])')).toContain('service.ts:9');
  });

  test('in a local file that is required', async () => {
    await notebook.runs(
      "const required = require('./required.ts'); Object.assign(types, require('./reflect.ts').types)",
    );
    expect(await ofClass('Required')).toEqual(expected);
  });

  test('a file that cannot be parsed is shown as others are', async () => {
    expect(await notebook.fails("import './broken'")).toContain('broken.ts:2:');
  });
});

test('fields are assigned where the project says so', async () => {
  const other = makeDirectory({
    'tsconfig.json': config({ experimentalDecorators: true, useDefineForClassFields: false }),
  });
  const opened = await Notebook.open(other.directory);
  try {
    await opened.runs(
      'const seen = (target: any, name: string) => Object.defineProperty(target, name, { set() { console.log("set", name) } })',
    );
    expect(await opened.prints('class A { @seen x = 1 }\nnew A(); ""')).toBe('set x\n');
  } finally {
    await opened.close();
    other.remove();
  }
});
