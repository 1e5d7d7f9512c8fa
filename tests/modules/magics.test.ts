// Magics, as a person sees them.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { makeDirectory, Notebook, openForAll } from './notebook';

const place = makeDirectory({ '.env': 'FROM_DOTENV=yes\nHOME=never\n' });
let notebook: Notebook;
openForAll(place, (opened) => {
  notebook = opened;
});

describe('commands', () => {
  test('print into the cell, both streams', async () => {
    const cell = await notebook.runs('!echo out; echo err >&2');
    expect([cell.stdout, cell.stderr]).toEqual(['out\n', 'err\n']);
  });

  test('stand where they stand', async () => {
    expect(await notebook.prints("console.log('a');\n!echo b\nconsole.log('c')")).toBe('a\nb\nc\n');
    expect(await notebook.prints('for (const n of [1, 2]) {\n  !echo again\n}')).toBe('again\nagain\n');
  });

  test('fail with their exit code, at their line', async () => {
    expect(await notebook.fails('1;\n  !exit 3')).toMatch(
      /^CommandError: `exit 3` ended with exit code 3\nCell \[\d+\]:2:3/,
    );
    expect(await notebook.fails('%%bash\necho 1\nexit 4')).toContain('%%bash ended with exit code 4');
  });

  test('say what is missing where a shell is not there', async () => {
    expect(await notebook.fails('%%cmd\necho 1')).toContain(
      '%%cmd could not be started: there is no cmd here',
    );
    const shell = "require('child_process').spawnSync('x\\0')";
    expect(await notebook.fails(shell)).toContain('null');
  });

  test('are a cell’s worth of bash', async () => {
    expect(await notebook.prints('%%bash\nfor i in 1 2; do\n  echo "$i `echo x`"\ndone')).toBe('1 x\n2 x\n');
    expect(await notebook.prints('%%sh one two\necho $2')).toBe('two\n');
  });

  test('see the environment and the directory of the cells', async () => {
    await notebook.runs('%env GREETING=hello there');
    expect(await notebook.prints('!echo $GREETING')).toBe('hello there\n');
    expect(await notebook.shows('%env GREETING')).toBe("'hello there'");
    expect(await notebook.prints('%env NO_GREETING')).toBe('NO_GREETING is not set.\n');
    expect(await notebook.fails('%env =hello')).toContain("%env takes NAME or NAME=value, not '=hello'");
    expect(await notebook.prints('%cd /\n!pwd')).toBe('/\n/\n');
    expect(await notebook.prints(`%cd "${place.directory}"`)).toBe(`${place.directory}\n`);
    expect(await notebook.shows('%pwd')).toBe(`'${place.directory}'`);
  });

  test('go to directories, and back', async () => {
    await notebook.runs(`%cd "${place.directory}"`);
    await notebook.runs('%cd /');
    expect(await notebook.prints('%cd -')).toBe(`${place.directory}\n`);
    expect(await notebook.prints('%cd -')).toBe('/\n');
    expect(await notebook.prints('%cd -')).toBe(`${place.directory}\n`);
    expect(await notebook.fails('1;\n%cd nowhere')).toMatch(
      /^MagicError: %cd cannot go to \S+nowhere: no such file or directory\nCell \[\d+\]:2:1/,
    );
    expect(await notebook.fails('%cd .env')).toMatch(
      /^MagicError: %cd cannot go to \S+\.env: not a directory\n/,
    );
    expect(await notebook.fails('%cd a b')).toContain(
      "%cd takes one argument, not 'a b': put a name with spaces in quotes",
    );
    expect(await notebook.shows('%pwd')).toBe(`'${place.directory}'`);
  });

  test('are ended by an interrupt', async () => {
    const id = notebook.client.startExecution('!echo started; sleep 60; echo never');
    await notebook.client.next(
      (message) => message.header.msg_type === 'stream' && message.content.text.includes('started'),
    );
    void notebook.client.interrupt();
    const { reply, stdout } = await notebook.client.finish(id);
    expect(reply.content.ename).toBe('KeyboardInterrupt');
    expect(stdout).toBe('started\n');
  });

  test('are TypeScript when that is what they could mean', async () => {
    expect(await notebook.shows('let ready = true\n!ready')).toBe('false');
    expect(await notebook.shows('!ready')).toBe('false');
    await notebook.runs("Reflect.set(globalThis, 'made' + 'Up', 1); undefined");
    expect(await notebook.shows('!madeUp')).toBe('false');
    expect(await notebook.shows('const text = `\n%pwd\n!ls\n`; text')).toBe("'\\n%pwd\\n!ls\\n'");
    expect(await notebook.shows('let seven = 7, four = 4\nseven\n%four')).toBe('3');
  });
});

describe('the clock', () => {
  test('%time gives the value of its code, and names it declares', async () => {
    const cell = await notebook.runs('%time await Promise.resolve(6)');
    expect([cell.result, cell.stdout]).toEqual(['6', expect.stringMatching(/^Time: [\d.]+ (?:ns|µs|ms)\n$/)]);
    expect(await notebook.shows('%time const timed = [1, 2]\ntimed')).toBe('[ 1, 2 ]');
  });

  test('%%time times the cell', async () => {
    const cell = await notebook.runs('%%time\nconst a = 1\na + 1');
    expect([cell.result, cell.stdout]).toEqual(['2', expect.stringMatching(/^Time: /)]);
  });

  test('%timeit measures', async () => {
    expect(await notebook.prints('let runs = 0\n%timeit -n 5 -r 2 runs++')).toMatch(
      /± .* per loop \(mean ± sd of 2 runs, 5 loops each\)\n$/,
    );
    expect(await notebook.shows('runs')).toBe('10');
    expect(await notebook.prints('%timeit -n 2 -r 1 await Promise.resolve()')).toContain('1 runs, 2 loops');
  });

  test('keeps the positions of its code', async () => {
    expect(await notebook.fails('\n  %time  noSuchThing()')).toMatch(/Cell \[\d+\]:2:10/);
    expect(await notebook.fails('%timeit 1 +')).toMatch(/Cell \[\d+\]:1:/);
    expect(await notebook.fails('%pwd\nenum E { A }\nnoSuchThing()')).toMatch(/Cell \[\d+\]:3:1/);
  });
});

describe('magics of one’s own', () => {
  test('run for the cells that follow, are listed, and are completed', async () => {
    await notebook.runs(
      "magics.line('greet', (name) => `Hello ${name}`, { usage: 'name', summary: 'greet somebody' });\n" +
        "magics.cell('csv', async (line, body) => [line, ...body.trim().split('\\n')]);",
    );
    expect(await notebook.shows('%greet Anna')).toBe("'Hello Anna'");
    expect(await notebook.shows('const greeted = 1;\n%greet Bert B.')).toBe("'Hello Bert B.'");
    expect(await notebook.shows('%%csv x y\na,b\n1,2')).toBe("[ 'x y', 'a,b', '1,2' ]");
    expect(await notebook.prints('%help greet')).toBe('%greet name  greet somebody\n');
    expect(await notebook.prints('%help')).toContain('%greet name  greet somebody\n');
    expect(await notebook.prints('%lsmagic')).toMatch(/ %greet .*\n[\s\S]* %%csv\n$/);
    const asked = { code: '%gre', cursor_pos: 4 };
    const { content } = await notebook.client.request('shell', 'complete_request', asked);
    expect(content.matches).toEqual(['%greet']);
    await notebook.runs('%reset');
    expect(await notebook.shows('%greet Carl')).toBe("'Hello Carl'");
  });

  test('fail as their author wrote it, there', async () => {
    const { reply } = await notebook.runs(
      "magics.line('fail', (text) => {\n  throw new RangeError(text);\n});",
    );
    const label = `Cell [${reply.content.execution_count}]`;
    expect(await notebook.fails('1;\n%fail now')).toMatch(
      new RegExp(`^RangeError: now\n${label.replace(/[[\]]/g, '\\$&')}:2:9[\\s\\S]*at Cell \\[\\d+\\]:2:1`),
    );
  });

  test('take no name of the kernel’s', async () => {
    expect(await notebook.fails("magics.line('time', () => 1)")).toContain(
      "Error: %time is a magic of the kernel's own and stays that: choose another name",
    );
    expect(await notebook.fails("magics.cell('a b', () => 1)")).toContain('A magic needs a name of letters');
    expect(await notebook.shows("magics.cell('who', () => 2); 1")).toBe('1');
  });

  test('come with a package, for the same cell too', async () => {
    notebook.write(
      'shout.ts',
      'export const loadExtension = (add: any) => add.line("shout", (text: string) => text.toUpperCase());',
    );
    const cell = await notebook.runs('%load_ext ./shout.ts\n%shout hey');
    expect([cell.stdout, cell.result]).toEqual(['./shout.ts adds %shout\n', "'HEY'"]);
    expect(await notebook.fails('%load_ext ./shout.ts\n%whisper')).toContain(
      'there is no magic %whisper: what should',
    );
    expect(await notebook.fails('%load_ext')).toContain('%load_ext needs a package or a module');
  });
});

describe('the profiler', () => {
  const busy = 'function busy(n: number): number { return n < 2 ? n : busy(n - 1) + busy(n - 2) }';

  test('%prof shows where the time of a line goes, with places of the cells', async () => {
    const { reply } = await notebook.runs(busy);
    const cell = await notebook.runs('%prof busy(31), 7');
    expect(cell.result).toBe('7');
    const { data } = cell.outputs.find(({ header }) => header.msg_type === 'display_data')!.content;
    const lines = (data['text/plain'] as string).split('\n');
    expect(lines[1]).toMatch(/^ +self +total +function +where$/);
    expect(data['text/plain']).toMatch(
      new RegExp(
        `^ *[\\d.]+ ms +\\d+ % +[\\d.]+ ms +busy +Cell \\[${reply.content.execution_count}\\]:1:14$`,
        'm',
      ),
    );
    // Of the kernel and of what calls it nothing is left.
    expect(data['text/plain']).not.toMatch(/node:internal|node:inspector|dist|tskernel/);
    expect(data['text/html']).toMatch(/^<svg [\s\S]*<title>busy \(Cell \[\d+\]:1:14\): [\s\S]*<\/pre>$/);
    expect(data['text/html']).not.toContain('<script');
  });

  test('%%prof has the whole cell, also one that fails, and a file for other tools', async () => {
    const shown = await notebook.displays('%%prof -o x.cpuprofile\nawait 1;\nbusy(31)');
    expect(shown['text/plain']).toContain('busy');
    const { nodes, samples } = JSON.parse(readFileSync(join(place.directory, 'x.cpuprofile'), 'utf8'));
    expect(nodes.length).toBeGreaterThan(1);
    expect(samples.length).toBeGreaterThan(1);
    const failed = await notebook.run('%%prof\nbusy(31); throw new Error("late")');
    expect(failed.reply.content.evalue).toBe('late');
    expect(failed.outputs.map(({ header }) => header.msg_type)).toContain('display_data');
    expect(await notebook.shows('%prof const twice = 2\ntwice')).toBe('2');
    expect(await notebook.fails('%prof -o /nowhere/x busy(0)')).toContain('%prof cannot write /nowhere/x');
    expect(await notebook.fails('%%prof\n%prof busy(0)')).toContain('one at a time');
    expect(await notebook.fails('%prof')).toContain('%prof needs code to measure');
  });
});

describe('names', () => {
  test('are listed, and forgotten by %reset', async () => {
    await notebook.runs('%reset');
    await notebook.runs('let answer = 42; class Thing {}; const list = [1, 2]');
    expect(await notebook.prints('%who')).toBe('answer\tThing\tlist\n');
    expect(await notebook.prints('%whos')).toMatch(
      /answer +number +42\nThing +function +\[class Thing\]\nlist +Array +\[ 1, 2 \]\n/,
    );
    await notebook.runs('%reset');
    expect(await notebook.shows('typeof answer')).toBe("'undefined'");
    expect(await notebook.prints('%who')).toBe('No names yet.\n');
    expect(await notebook.shows('const answer = "again"; answer')).toBe("'again'");
  });

  test('are all kept when %reset is asked for some of them', async () => {
    await notebook.runs('const kept = 1');
    expect(await notebook.fails('console.log("runs");\n%reset kept')).toMatch(
      /%reset takes no arguments, not 'kept'\.[\s\S]*%reset alone: forget all names/,
    );
    expect(await notebook.shows('kept')).toBe('1');
  });
});

describe('files and displays', () => {
  test('%%writefile and %load', async () => {
    expect(await notebook.prints('%%writefile made.ts\nexport const made = 1;\n%pwd')).toBe(
      'Wrote made.ts\n',
    );
    expect(readFileSync(join(place.directory, 'made.ts'), 'utf8')).toBe('export const made = 1;\n%pwd\n');
    await notebook.runs('%%writefile -a made.ts\n// more');
    expect(readFileSync(join(place.directory, 'made.ts'), 'utf8')).toMatch(/\/\/ more\n$/);
    const cell = await notebook.runs('%load made.ts');
    expect(cell.reply.content.payload).toEqual([
      {
        source: 'set_next_input',
        text: expect.stringMatching(/^\/\/ %load made\.ts\nexport const made/),
        replace: true,
      },
    ]);
    expect(await notebook.fails('%load nothing.ts')).toMatch(
      /^MagicError: %load cannot read \S+nothing\.ts: no such file or directory\nCell \[\d+\]:1:1/,
    );
  });

  test('%run runs a file as a cell', async () => {
    const write = (name: string, text: string) => writeFileSync(join(place.directory, name), text);
    write('prepare.ts', '\uFEFF#!/usr/bin/env node\nconst ready: number = await 41;\nready + 1');
    expect((await notebook.runs('// first\n%run prepare.ts\n')).result).toBe('42');
    expect(await notebook.shows('ready')).toBe('41');
    expect((await notebook.runs('/* a\n b */\n%run prepare.ts;\n// last')).result).toBe('42');
    expect(JSON.stringify((await notebook.runs('%run?')).reply.content.payload)).toContain('as if its text');
    write('my broken.ts', 'interface Row {}\nfunction fail() {\n  throw new Error("no");\n}\nfail()');
    expect(await notebook.fails('%run "./my broken.ts"')).toMatch(
      /^Error: no\nmy broken\.ts:3:9[\s\S]*throw new Error/,
    );
    write('unfinished.ts', 'let a = 1;\nlet b = ;');
    expect(await notebook.fails('%run unfinished.ts')).toMatch(/^SyntaxError: [\s\S]*unfinished\.ts:2:9/);
    write('again.ts', '1\n%run prepare.ts');
    expect(await notebook.fails('%run again.ts')).toMatch(
      /^SyntaxError: %run stands alone[\s\S]*again\.ts:2:1/,
    );
    await notebook.runs('%cd /');
    expect(await notebook.fails('%run prepare.ts')).toContain('%run cannot read /prepare.ts: no such file');
    expect((await notebook.runs(`%cd ${place.directory}`)).reply.content.status).toBe('ok');
    expect(await notebook.fails('\n  %run prepaer.ts')).toMatch(
      /^MagicError: %run cannot read \S+: no such file or directory\. Did you mean prepare\.ts\?\nCell \[\d+\]:2:3/,
    );
    expect(await notebook.fails('%run')).toContain('%run needs a file');
    expect(await notebook.fails('%run a b')).toContain("%run takes one file, not 'a b'");
    expect(await notebook.fails('%run a.ipynb')).toContain('%run takes TypeScript or JavaScript');
  });

  test('%%writefile says why it cannot write', async () => {
    const traceback = await notebook.fails('%%writefile nowhere/made.ts\n1');
    expect(traceback).toMatch(
      /^MagicError: %%writefile cannot write \S+made\.ts: there is no directory \S+nowhere\nCell \[\d+\]:1:1/,
    );
    expect(traceback).not.toContain('node:fs');
    expect(await notebook.fails('%%writefile /\n1')).toContain(
      'cannot write /: illegal operation on a directory',
    );
    expect(await notebook.fails('%%writefile --apend made.ts\n1')).toContain('takes one argument');
  });

  test('say once what the system said, and keep its error for the code', async () => {
    expect(await notebook.fails('%load nothing.ts')).not.toContain('ENOENT');
    const caught = 'let failure\ntry {\n  %load nothing.ts\n} catch (error) { failure = error }\n';
    expect(await notebook.prints(`${caught}console.log(failure.name, failure.cause.code)`)).toBe(
      'MagicError ENOENT\n',
    );
  });

  test.each([
    ['html', 'text/html'],
    ['markdown', 'text/markdown'],
    ['svg', 'image/svg+xml'],
    ['latex', 'text/latex'],
    ['javascript', 'application/javascript'],
  ])('%%%%%s shows the cell', async (name, mime) => {
    expect(await notebook.displays(`%%${name}\n<b>%pwd</b>`)).toMatchObject({ [mime]: '<b>%pwd</b>' });
  });

  test('%dotenv sets what is not set yet', async () => {
    expect(await notebook.prints('%dotenv')).toContain('FROM_DOTENV');
    expect(await notebook.shows('process.env.FROM_DOTENV')).toBe("'yes'");
    expect(await notebook.shows("process.env.HOME === 'never'")).toBe('false');
  });

  test('a setting reads .env at the start', async () => {
    const other = await Notebook.open(place.directory, { TSKERNEL_DOTENV: '1' });
    try {
      expect(await other.shows('process.env.FROM_DOTENV')).toBe("'yes'");
    } finally {
      await other.close();
    }
  });
});

describe('help', () => {
  test('%help lists them', async () => {
    const text = await notebook.prints('%help');
    for (const name of ['%npm install', '%reload', '!command', '%%bash', '%types warn|wait|error|off'])
      expect(text).toContain(name);
  });

  test('%help describes one', async () => {
    expect(await notebook.prints('%help types')).toMatch(
      /^%types warn\|wait\|error\|off {2}whether type errors .*\n$/,
    );
    expect(await notebook.prints('%help %%bash')).toBe('%%bash [argument …]  run the cell in bash\n');
    expect(await notebook.prints('%help time')).toMatch(/^%time code +how .*\n%%time +how .*\n$/);
    expect(await notebook.prints('%help npm')).toMatch(/^%npm install name .*\n +run npm in the project/);
    expect(await notebook.fails('%help typ')).toContain('called typ. Did you mean types');
  });

  test('%help lists the functions, and describes one with an example', async () => {
    const text = await notebook.prints('%help');
    for (const name of ['display', 'input', 'progress', 'widgets', 'sleep'])
      expect(text).toMatch(new RegExp(`^${name} +[A-Z]`, 'm'));
    expect(await notebook.prints('%help sleep')).toMatch(
      /^sleep\(milliseconds: number\).*\n\nWaits for a time[\s\S]*\n {4}sleep\(500\);\n/,
    );
    expect(await notebook.prints('%help display')).toMatch(
      /^display<T>\(value: T, [\s\S]*^display\.table +/m,
    );
    expect(await notebook.prints('%help display.table')).toMatch(/^display\.table\(data: unknown/);
    expect(await notebook.prints('%help timeit')).toContain('    %timeit -n 1000');
    expect(await notebook.fails('%help sleeep')).toContain('Did you mean sleep?');
    expect(await notebook.prints('%lsmagic')).toMatch(/^Of a line:\n%help {2}.*\n\nOf a cell:\n%%/);
  });

  test('name? opens the pager: one page for all that the cell asks', async () => {
    await notebook.runs('const asked = [{ id: 1 }];');
    const { reply, stdout } = await notebook.runs('asked?\n?sleep');
    expect(reply.content.payload).toMatchObject([
      {
        source: 'page',
        start: 0,
        data: { 'text/plain': expect.stringMatching(/const asked[\s\S]*sleep\(/) },
      },
    ]);
    expect(stdout).toBe('');
    const source = await notebook.runs('function askedFor() { return 7 }\naskedFor??');
    expect(source.reply.content.payload[0].data['text/plain']).toContain('return 7');
    const magic = await notebook.runs('%cd?');
    expect(magic.reply.content.payload[0].data['text/plain']).toContain('%cd [directory]');
    const unknown = await notebook.runs('askd?');
    expect(unknown.reply.content.payload).toEqual([]);
    expect(unknown.stdout).toBe('Nothing is known of askd. Did you mean asked?\n');
    expect(await notebook.shows('const chosen = true\n  ? 1\n  : 2\nchosen')).toBe('1');
  });

  test('%history has the cells, by their numbers, with their results', async () => {
    const { reply } = await notebook.runs('6 *\n7');
    const number = reply.content.execution_count as number;
    expect(await notebook.prints(`%history ${number}`)).toBe('6 *\n7\n');
    expect(await notebook.prints(`%history -n -o ${number}-${number}`)).toBe(
      `${String(number).padStart(4)}: 6 *\n      7\n// 42\n`,
    );
    expect(await notebook.prints('%history -l 1')).toBe('%history -l 1\n');
    expect(await notebook.prints(`%history -u -g 6 *7`)).toContain('6 *\n7\n');
    expect(await notebook.prints('%history 100000')).toBe('No such cells.\n');
    expect(await notebook.prints(`%history -f cells.ts ${number}`)).toBe('Wrote 1 cell to cells.ts\n');
    expect(readFileSync(join(place.directory, 'cells.ts'), 'utf8')).toBe('6 *\n7\n');
    expect(await notebook.fails('%history --last')).toContain('%history knows -n, -o');
  });

  test('an unknown one is an error that names the nearest, and runs nothing', async () => {
    const traceback = await notebook.fails('%%writefile x.txt\nx\n'.replace('writefile', 'writefiel'));
    expect(traceback).toContain('There is no magic %%writefiel. Did you mean %%writefile?');
    expect(existsSync(join(place.directory, 'x.txt'))).toBe(false);
    expect(await notebook.fails('console.log(1);\n%hepl')).toMatch(/Did you mean %help\?\nCell \[\d+\]:2:1/);
  });

  test('settings hold from their cell on', async () => {
    expect(await notebook.fails('%dispatch blocking\nawait 1')).toContain('cells run blocking here');
    expect(await notebook.fails('await 1')).toContain('cells run blocking here');
    expect(await notebook.shows('%dispatch auto\nawait 1')).toBe('1');
  });

  test('completion knows their names; an unfinished cell is one with magics too', async () => {
    const complete = await notebook.client.request('shell', 'complete_request', {
      code: '%rel',
      cursor_pos: 4,
    });
    expect(complete.content).toMatchObject({ matches: ['%reload'], cursor_start: 0, cursor_end: 4 });
    await notebook.runs('%env ONLY_HERE=1');
    const variables = await notebook.client.request('shell', 'complete_request', {
      code: '%env ONLY_H',
      cursor_pos: 11,
    });
    expect(variables.content).toMatchObject({ matches: ['ONLY_HERE'], cursor_start: 5, cursor_end: 11 });
    await notebook.runs('%%writefile deep.txt\n1');
    await notebook.runs('!mkdir -p deep && echo 1 > deep/deeper.txt');
    const paths = async (code: string) =>
      (await notebook.client.request('shell', 'complete_request', { code, cursor_pos: code.length })).content
        .matches;
    expect(await paths('%load dee')).toEqual(['deep/', 'deep.txt']);
    await notebook.runs('%cd deep');
    expect(await paths('%load dee')).toEqual(['deeper.txt']);
    await notebook.runs('%cd -');
    const described = await notebook.client.request('shell', 'inspect_request', {
      code: '%types',
      cursor_pos: 6,
      detail_level: 0,
    });
    expect(described.content).toMatchObject({ found: true });
    const status = async (code: string) =>
      (await notebook.client.request('shell', 'is_complete_request', { code })).content.status;
    expect(await status('!ls | wc -l\n%pwd')).toBe('complete');
    expect(await status('%pwd\nfoo(')).toBe('incomplete');
  });
});
