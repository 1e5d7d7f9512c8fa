// Libraries that colour what they print, or draw it again, find in a cell what they find in a terminal.
import { describe, expect, test } from '@jest/globals';
import type { Content } from '../messages';
import { makePackages, Notebook, openForAll } from './notebook';

const packageOf = (text: string) => ({ 'package.json': '{ "main": "index.js" }', 'index.js': text });
/** Files of packages that ask as well-known ones do, and draw by the same sequences. */
const packages: { readonly [name: string]: { readonly [file: string]: string } } = {
  // chalk, supports-color; picocolors; kleur; debug
  asking: packageOf(`
    const { env, stdout, stderr } = process;
    const tty = require('tty');
    module.exports = () => ({
      chalk: 'FORCE_COLOR' in env ? env.FORCE_COLOR !== '0' : tty.isatty(1),
      picocolors: !env.NO_COLOR && (!!env.FORCE_COLOR || (stdout.isTTY && env.TERM !== 'dumb')),
      kleur: env.NO_COLOR == null && env.TERM !== 'dumb' && (env.FORCE_COLOR != null && env.FORCE_COLOR !== '0' || stdout.isTTY),
      debug: tty.isatty(stderr.fd),
      node: stdout.hasColors() && stderr.getColorDepth() > 2,
    });`),
  // ora
  spinner: packageOf(`
    exports.start = (stream) => {
      let frame = 0;
      stream.write('\\x1b[?25l');
      const timer = setInterval(() => {
        stream.write('\\x1b[?2026h');
        stream.cursorTo(0);
        stream.clearLine(1);
        stream.write(\`\${'-\\\\|/'[frame++ % 4]} Loading\`);
        stream.write('\\x1b[?2026l');
      }, 20);
      return (text) => {
        clearInterval(timer);
        stream.cursorTo(0);
        stream.clearLine(1);
        stream.write('\\x1b[?25h');
        stream.write(text + '\\n');
      };
    };`),
  // cli-progress, listr2, log-update
  bars: packageOf(`
    const readline = require('readline');
    exports.draw = (stream, lines, isAgain) => {
      if (!stream.isTTY) return;
      if (isAgain) readline.moveCursor(stream, 0, -lines.length);
      readline.cursorTo(stream, 0);
      readline.clearScreenDown(stream);
      stream.write(lines.map((line) => line.slice(0, stream.columns)).join('\\n') + '\\n');
    };`),
};

const place = makePackages(packages);

let notebook: Notebook;
openForAll(place, (opened) => {
  notebook = opened;
});

/** What libraries are told, by those that are told yes. */
const asked =
  "import asking from 'asking'; Object.entries(asking()).filter(([, told]) => told).map(([name]) => name).join()";

/** What a cell displays, and how it changes. */
async function pictures(code: string): Promise<readonly [string, string][]> {
  const { outputs } = await notebook.runs(code);
  return outputs
    .filter(({ header }) => /display_data$/.test(header.msg_type))
    .map(({ header, content }) => [header.msg_type, (content.data as Content)['text/plain'] as string]);
}

describe('colours', () => {
  test('are shown, to whoever asks and in whatever way', async () => {
    expect(await notebook.shows(asked)).toBe("'chalk,picocolors,kleur,debug,node'");
    expect(await notebook.shows("import { styleText } from 'node:util'; styleText('red', 'x')")).toBe(
      String.raw`'\x1B[31mx\x1B[39m'`,
    );
  });

  test('are shown of what children print, and are not in what the cell reads', async () => {
    const print = 'node -p 1';
    expect(await notebook.prints(`!${print}`)).toBe('\u001b[33m1\u001b[39m\n');
    await notebook.runs("import { execSync, spawn } from 'node:child_process'");
    expect(await notebook.prints(`execSync('${print}', { stdio: 'inherit' }); undefined`)).toMatch(/\[33m1/);
    const spawned = `await new Promise((r) => spawn('node', ['-p', '1'], { stdio: 'inherit' }).on('close', r)); undefined`;
    expect(await notebook.prints(spawned)).toMatch(/\[33m1/);
    expect(await notebook.shows(`String(execSync('${print}'))`)).toBe(String.raw`'1\n'`);
    expect(await notebook.shows('process.env.FORCE_COLOR')).toBeUndefined();
  });

  test('are not given to values by one of two consoles', async () => {
    const code = "import other from 'node:console'; other.log({ a: 1 }); console.log({ a: 1 })";
    expect(await notebook.prints(code)).toBe('{ a: 1 }\n{ a: 1 }\n');
  });

  test.each<[{ readonly [name: string]: string }, string, string | undefined]>([
    [{ NO_COLOR: '1' }, '', undefined],
    [{ TERM: 'dumb' }, 'chalk,picocolors,kleur,debug,node', undefined],
    [{ FORCE_COLOR: '0' }, 'picocolors,kleur,debug', "'0'"],
    [{ FORCE_COLOR: '3' }, 'chalk,picocolors,kleur,debug,node', "'3'"],
  ])('follow what %j says, as each library reads it', async (env, told, kept) => {
    const other = await Notebook.open(place.directory, env);
    try {
      expect(await other.shows(asked)).toBe(`'${told}'`);
      expect(await other.shows('process.env.FORCE_COLOR')).toBe(kept);
    } finally {
      await other.close();
    }
  });
});

describe('what is drawn again', () => {
  test('is one display that changes: a spinner, and what it ends with', async () => {
    const drawn = await pictures(
      "import { start } from 'spinner'; const stop = start(process.stderr); await sleep(300); stop('done')",
    );
    expect(drawn[0]).toEqual(['display_data', expect.stringMatching(/^[-\\|/] Loading$/)]);
    expect(drawn.at(-1)).toEqual(['update_display_data', 'done']);
    expect(drawn.filter(([kind]) => kind === 'display_data')).toHaveLength(1);
    expect(drawn.filter(([, text]) => text === '')).toEqual([]);
  });

  test('is one display: bars in several lines, in a cell that does not let go of its thread', async () => {
    const drawn = await pictures(`
      import { draw } from 'bars';
      for (let n = 0; n <= 10; n++) { draw(process.stdout, [\`a \${n}\`, \`b \${n * 2}\`], n > 0); sleep(20) }`);
    expect(drawn[0]).toEqual(['display_data', expect.stringMatching(/^a \d\nb \d+$/)]);
    expect(drawn.at(-1)![1]).toBe('a 10\nb 20');
    expect(drawn.filter(([kind]) => kind === 'display_data')).toHaveLength(1);
  });

  test('is text where it is one line that is cleared', async () => {
    const code =
      "process.stdout.write('50%'); process.stdout.clearLine(0); process.stdout.cursorTo(0); console.log('100%')";
    expect(await notebook.prints(code)).toBe('50%\r   \b\b\b\r100%\n');
  });

  test('goes to the cell that draws, also after its end', async () => {
    const cell = await notebook.runs(`
      import { start as startAgain } from 'spinner';
      const stopLater = startAgain(process.stderr); setTimeout(() => stopLater('late'), 200); undefined`);
    const next = await notebook.runs("console.log('next'); await sleep(300)");
    expect(next.outputs.map(({ header }) => header.msg_type)).toEqual(['execute_input', 'stream']);
    expect(cell.stderr + next.stderr).not.toContain('late');
  });
});

test('readline asks line by line, as where there is no terminal', async () => {
  const code = `
    import readline from 'node:readline';
    import promised from 'node:readline/promises';
    const io = { input: process.stdin, output: process.stdout };
    const readers = [readline.createInterface(io), promised.createInterface(io)];
    for (const reader of readers) reader.close();
    console.log(process.stdout.isTTY, readers.map((reader) => reader.terminal))`;
  expect(await notebook.prints(code)).toBe('true [ false, false ]\n');
});
