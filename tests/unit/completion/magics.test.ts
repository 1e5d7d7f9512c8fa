// What is offered and told where a magic stands.
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Dialogue } from '../language/dialogue';

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'notebook-')));
for (const folder of ['data', 'my data', '.git']) mkdirSync(join(directory, folder));
for (const file of ['lib.ts', 'list.csv', '.env', 'data/rows.json', 'data/more rows.csv', 'my data/a.csv'])
  writeFileSync(join(directory, file), '');
const notebook = new Dialogue(directory);
beforeEach(() => notebook.restart());

const before = process.cwd();
beforeAll(() => process.chdir(directory));
afterAll(() => process.chdir(before));

describe('completion of arguments', () => {
  test.each([
    ['%types |', ['warn', 'wait', 'error', 'off'], ''],
    ['%types e|', ['error'], 'e'],
    ['%types x|', [], 'x'],
    ['%types off |', [], ''],
    ['%dispatch b|', ['blocking'], 'b'],
    ['%autoreload |\n1 + 1', ['on', 'off'], ''],
    ['1 + 1\n%autoreload o|', ['on', 'off'], 'o'],
    ['%npm ins|', ['install'], 'ins'],
    ['%npm install l|', [], 'l'],
    ['%help ty|', ['typeof', 'types'], 'ty'],
    ['%cd |', ['data/', '"my data/"'], ''],
    ['%cd data/|', [], ''],
    ['%cd .|', ['.git/'], '.'],
    ['%cd "my|', ['my data/'], 'my'],
    ['%load l|', ['lib.ts', 'list.csv'], 'l'],
    ['%run l|', ['lib.ts', 'list.csv'], 'l'],
    ['%load data/r|', ['rows.json'], 'r'],
    ['%load data/m|', ['"more rows.csv"'], 'm'],
    ['%load "my data/|', ['a.csv'], ''],
    ['%load nowhere/|', [], ''],
    ['%load ./l|', ['lib.ts', 'list.csv'], 'l'],
    ['%reload |', ['./data/', './lib.ts', './"my data/"'], ''],
    ['%reload ./l|', ['lib.ts'], 'l'],
    ['%reload l|', [], 'l'],
    ['%dotenv .|', ['.env', '.git/'], '.'],
    ['%%writefile -a l|\ntext', ['lib.ts', 'list.csv'], 'l'],
    ['%who |', [], ''],
    ['%nothing o|', [], ''],
    ['!l|', [], 'l'],
    ['!cat l|', ['lib.ts', 'list.csv'], 'l'],
    ['!./l|', ['lib.ts', 'list.csv'], 'l'],
    ['%%bash |', [], ''],
    ['%%bash\nec|', [], ''],
    ['%%html\n<b>co|', [], ''],
  ])('%j', (text, wanted, replaced) => {
    expect(notebook.complete(text)).toMatchObject({ texts: wanted, replaced });
  });

  test('of %env are the names of the environment, which the threads share', () => {
    process.env.TSKERNEL_COMPLETED = '1';
    try {
      expect(notebook.complete('%env TSKERNEL_COMP|')).toMatchObject({
        texts: ['TSKERNEL_COMPLETED'],
        replaced: 'TSKERNEL_COMP',
      });
      expect(notebook.complete('%env HOME TSK|').texts).toEqual([]);
    } finally {
      delete process.env.TSKERNEL_COMPLETED;
    }
  });

  test('is that of TypeScript in code that is measured, and where no magic stands', async () => {
    await notebook.run('const user = { name: "a" }');
    expect(notebook.complete('%time user.|').texts).toEqual(['name']);
    expect(notebook.complete('%timeit -n 5 user.|').texts).toEqual(['name']);
    expect(notebook.complete('%time us|').texts).toEqual(['user', 'using']);
    expect(notebook.complete('%time |').texts).toContain('user');
    expect(notebook.complete('%%time\nuser.|').texts).toEqual(['name']);
    expect(notebook.complete('const types = 2, o = 1\n7\n%types + user|').texts).toEqual(['user']);
    expect(notebook.complete('%pwd\nuser.|').texts).toEqual(['name']);
  });
});

describe('a magic is described', () => {
  const bash = '```\n%%bash [argument …]\n```\n\nrun the cell in bash';
  test.each([
    ['%%bash|', bash],
    ['%%ba|sh\nls', bash],
    ['%reset|', '```\n%reset\n```\n\nforget all names that cells have made, and all results'],
    ['1 + 1\n  %p|wd', '```\n%pwd\n```\n\nthe working directory'],
    ['|!ls', '```\n!command\n```\n\nrun a command in the shell'],
  ])('%j', (text, expected) => {
    expect(notebook.inspect(text)).toBe(expected);
  });

  test.each(['%types|', '%types warn|', '%npm|', '%npm install |', '%time|', '%time| f()', '%cd ..|'])(
    '%j',
    (text) => {
      const name = /^%\w+/.exec(text)![0];
      expect(notebook.inspect(text)?.startsWith(`\`\`\`\n${name} `)).toBe(true);
    },
  );

  test.each(['%%bash\nls|', '!ls|'])('not so %j', (text) => {
    expect(notebook.inspect(text)).toBeUndefined();
  });

  test('code that is measured has its types', () => {
    expect(notebook.inspect('%time Math.sq|rt(4)')).toContain('sqrt(x: number)');
  });
});
