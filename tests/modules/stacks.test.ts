// What libraries and programs read of stacks is what Node gives them; what is shown is shorter.
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startKernel } from '../wire/launch';
import { Notebook, project } from './notebook';

let notebook: Notebook;
beforeAll(async () => {
  notebook = await Notebook.open(project);
});
afterAll(() => notebook.close());

describe('a stack as text', () => {
  test('has Node’s own frames', async () => {
    const printed = await notebook.prints(
      'setTimeout(() => console.log(new Error("later").stack), 1)\nawait new Promise((done) => setTimeout(done, 100))',
    );
    expect(printed).toMatch(
      /^Error: later\n {4}at Timeout\.\S+ \(Cell \[1\]:1:30\)\n {4}at listOnTimeout \(node:internal\/timers:\d+:\d+\)\n/,
    );
    expect(await notebook.shows('new DOMException("no").stack!.split("\\n")[1]')).toContain(
      'at new DOMException (node:internal/per_context/domexception:',
    );
  });

  test('does not say how the kernel came to the cell', async () => {
    expect(await notebook.shows('const made = () => new Error("x").stack; made()')).toMatch(
      /^'Error: x\\n {4}at made \(Cell \[\d+\]:1:20\)\\n {4}at Cell \[\d+\]:1:42'$/,
    );
  });

  test('has as many frames as were asked for', async () => {
    const code = `const limit = Error.stackTraceLimit; Error.stackTraceLimit = 3
      function down(n: number): string { return n > 0 ? down(n - 1) : new Error('deep').stack! }
      const frames = down(9).split('\\n').length - 1; Error.stackTraceLimit = limit; frames`;
    expect(await notebook.shows(code)).toBe('3');
  });

  test('has ten when nobody asked, and what is shown says where it began all the same', async () => {
    const code = `function sink(n: number): never { if (n === 0) throw new Error('sunk'); sink(n - 1) }
      let read = 0
      try { sink(30) } catch (error) { read = (error as Error).stack!.split('\\n').length - 1 }
      console.log(read); sink(30)`;
    const cell = await notebook.run(code);
    expect(cell.stdout).toBe('10\n');
    const shown = await notebook.fails('\nsink(30)');
    expect(shown.split('\n').slice(-5)).toEqual([
      expect.stringMatching(/^ {4}at sink \(Cell \[\d+\]:1:54\)$/),
      expect.stringMatching(/^ {4}at sink \(Cell \[\d+\]:1:73\)$/),
      '    ... the same 8 more times',
      '    ...',
      expect.stringMatching(/^ {4}at Cell \[\d+\]:2:1$/),
    ]);
  });

  test('begins where it was captured', async () => {
    const code = `function outer() { return inner() }
      function inner() { const at: { stack?: string } = {}; Error.captureStackTrace(at, inner); return at.stack }
      outer()`;
    expect(await notebook.shows(code)).toMatch(/^'Error\\n {4}at outer \(Cell \[\d+\]:1:27\)/);
  });
});

describe('a function of the program’s own for stacks', () => {
  test('is there as it was given, and gets no frames of the kernel', async () => {
    const code = `const files = (_: unknown, sites: NodeJS.CallSite[]) => sites.map((site) => site.getFileName())
      Error.prepareStackTrace = files
      const isSame = Error.prepareStackTrace === files
      const found = new Error().stack as unknown as string[]
      Error.prepareStackTrace = undefined
      isSame && found.map((file) => file.slice(__dirname.length))`;
    const shown = await notebook.shows(code.replace('__dirname', 'import.meta.dirname'));
    expect(shown).toMatch(/^\[ '\/Cell \[\d+\]#\d+' \]$/);
  });

  test('finds cells where the person wrote them', async () => {
    const code = `const where = (_: unknown, [site]: NodeJS.CallSite[]) => [site!.getLineNumber(), site!.getColumnNumber(), String(site)]
      Error.prepareStackTrace = where
      const x: number = 1; const y: string = 'y'; const here = new Error().stack; Error.prepareStackTrace = undefined; here`;
    expect(await notebook.shows(code)).toMatch(/3,\s+64,\s+'\S*\/Cell \[\d+\]#\d+:3:64'/);
  });

  test('may pass on what it got to the one before it', async () => {
    const code = `const former = Error.prepareStackTrace!
      Error.prepareStackTrace = (error, sites) => former(error, sites)
      const a: number = 1; const b: string = 'y'; const passed = new Error('x').stack; Error.prepareStackTrace = former
      const c: number = 1; const d: string = 'y'; [passed, new Error('y').stack]`;
    expect(await notebook.shows(code)).toMatch(/Cell \[\d+\]:3:66[\s\S]*Cell \[\d+\]:4:60/);
  });

  test('is put back by who borrows its place', async () => {
    await notebook.runs("import callsites from 'callsites'");
    expect(await notebook.shows('callsites().map((site) => site.getLineNumber())')).toBe('[ 1 ]');
    expect(await notebook.fails('throw new Error("after")')).toMatch(/^Error: after\nCell \[\d+\]:1:7/);
  });
});

describe('libraries', () => {
  test('depd says where an old function is called', async () => {
    const cell = await notebook.runs("require('depd')('mine').function(() => 1, 'old is old')()");
    expect(stripVTControlCharacters(cell.stderr)).toMatch(
      /mine deprecated old is old (?:at )?\S*Cell \[\d+\]#\d+:1:\d+/,
    );
  });

  test('source-map-support makes its own text, and errors are shown as ever', async () => {
    const code = `const before = Error.prepareStackTrace
      import support from 'source-map-support'; support.install()
      const text = new Error('mapped').stack!
      const read = new Error('read'); read.stack
      Error.prepareStackTrace = before; console.log(text)
      throw read`;
    const cell = await notebook.run(code);
    expect(cell.stdout).toMatch(/^Error: mapped\n {4}at \S*\/Cell \[\d+\]#\d+:3:20\n$/);
    expect(cell.reply.content.status).toBe('error');
    const { traceback } = cell.reply.content as { traceback: string[] };
    expect(traceback.join('\n').replace(/\u001b\[[0-9;]*m/g, '')).toMatch(
      /^Error: read\nCell \[(\d+)\]:4:20\n[\s\S]*\n {4}at Cell \[\1\]:4:20$/,
    );
  });
});

test('a build that was copied to another place shows no frames of the kernel', async () => {
  const root = resolve(__dirname, '../..');
  const place = mkdtempSync(join(tmpdir(), 'tskernel-moved-'));
  cpSync(join(root, 'dist'), join(place, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(place, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'));
  const kernel = await startKernel({ script: join(place, 'dist', 'kernel.cjs') });
  try {
    const client = await kernel.connect();
    const cell = await client.execute('console.log(new Error("x").stack)');
    expect(cell.stdout).toBe('Error: x\n    at Cell [1]:1:13\n');
    const failed = await client.execute('input("?")', { allow_stdin: false });
    expect((failed.reply.content as { traceback: string[] }).traceback.join('\n')).not.toMatch(/dist|src\//);
  } finally {
    await kernel.dispose();
    rmSync(place, { recursive: true });
  }
});
