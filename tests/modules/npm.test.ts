// %npm and npm: specifiers, from packages in directories, so that no registry is needed; and what goes wrong with one.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeDirectory, Notebook } from './notebook';

const shelf = makeDirectory({
  'left/package.json': JSON.stringify({
    name: 'left',
    version: '1.2.3',
    main: 'index.js',
    scripts: { install: "node -e \"require('fs').writeFileSync('ran', '')\"" },
  }),
  'left/index.js': "exports.left = 'l';",
  'right/package.json': JSON.stringify({
    name: 'right',
    version: '2.0.0',
    type: 'module',
    exports: './index.js',
  }),
  'right/index.js': "export const right = 'r';",
});
const left = join(shelf.directory, 'left');
const right = join(shelf.directory, 'right');
const install = (...packages: string[]) => `%npm install --install-links ${packages.join(' ')}`;

/** A registry that knows nothing. */
let registry: Server;
let address: string;
beforeAll(async () => {
  registry = createServer((_request, response) => response.writeHead(404).end('{}'));
  await new Promise<void>((listening) => registry.listen(0, '127.0.0.1', listening));
  address = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
});
afterAll(() => {
  registry.close();
  shelf.remove();
});

/** Opens a notebook in a directory of its own for one dialogue. */
async function dialogue(
  files: { readonly [name: string]: string },
  talk: (notebook: Notebook) => Promise<void>,
): Promise<void> {
  const place = makeDirectory(files);
  const data = makeDirectory();
  const notebook = await Notebook.open(place.directory, {
    TSKERNEL_DATA: data.directory,
    npm_config_registry: address,
  });
  try {
    await talk(notebook);
  } finally {
    await notebook.close();
    place.remove();
    data.remove();
  }
}

const ownProject = { 'package.json': '{ "name": "own", "private": true }' };

describe('%npm', () => {
  test('installs into the nearest package.json; the next import finds it; scripts do not run', async () => {
    await dialogue({ ...ownProject, 'deep/er/x.txt': '' }, async (notebook) => {
      expect(await notebook.fails("import { left } from 'left'")).toContain('%npm install left');
      const printed = await notebook.prints(install(left, right));
      expect(printed).toContain('added 2 packages');
      expect(
        await notebook.shows("import { left } from 'left'; import { right } from 'right'; [left, right]"),
      ).toBe("[ 'l', 'r' ]");
      const manifest = JSON.parse(readFileSync(join(notebook.directory, 'package.json'), 'utf8'));
      expect(Object.keys(manifest.dependencies)).toEqual(['left', 'right']);
      expect(existsSync(join(notebook.directory, 'node_modules/left/ran'))).toBe(false);
      expect(await notebook.prints('%npm pkg get name')).toContain('own');
      expect(await notebook.fails('%npm insta1 left')).toContain(
        "%npm knows no command 'insta1'. Did you mean install?",
      );
      await notebook.runs('%npm uninstall left');
      expect(await notebook.fails("require.resolve('left')")).toContain('%npm install left');
      await notebook.runs(install(left).replace('install', 'inst'));
      expect(existsSync(join(notebook.directory, 'node_modules/left/index.js'))).toBe(true);
      expect(existsSync(join(notebook.directory, 'node_modules/left/ran'))).toBe(false);
    });
  });

  test('installs before the imports of its cell', async () => {
    await dialogue(ownProject, async (notebook) => {
      expect(await notebook.shows(`${install(right)}\nimport { right } from 'right'; right`)).toBe("'r'");
    });
  });

  test('runs scripts when asked', async () => {
    await dialogue(ownProject, async (notebook) => {
      await notebook.runs(`${install(left)} --scripts`);
      expect(existsSync(join(notebook.directory, 'node_modules/left/ran'))).toBe(true);
    });
  });

  test('without a package.json, uses a project that the kernel keeps, and says so', async () => {
    await dialogue(
      { 'lib.ts': "import { right } from 'right'; export const viaLib = right;" },
      async (notebook) => {
        expect(await notebook.fails('%npm ls')).toContain('Nothing is installed for this notebook yet.');
        expect(await notebook.fails('%npm foo')).toContain(
          "%npm knows no command 'foo'. There are install, uninstall, update,",
        );
        const printed = await notebook.prints(install(left, right));
        expect(printed).toMatch(/There is no package\.json in .*\n.*\/projects\/[\da-f]{16}\n/);
        expect(await notebook.shows("import { left } from 'left'; require('left').left + left")).toBe("'ll'");
        expect(await notebook.shows("import { viaLib } from './lib'; viaLib")).toBe("'r'");
        expect(await notebook.shows("(await import('right')).right")).toBe("'r'");
        expect(readdirSync(notebook.directory)).toEqual(['lib.ts']);
      },
    );
  });

  test('never installs globally', async () => {
    await dialogue(ownProject, async (notebook) => {
      expect(await notebook.fails('%npm install -g left')).toContain('never globally');
    });
  });

  test('a wrong name is an error that says so, and leaves nothing', async () => {
    await dialogue({}, async (notebook) => {
      const traceback = await notebook.fails('%npm install no-such-name');
      expect(traceback).toMatch(
        /^CommandError: npm does not know (?:a|such a) package.* Nothing was installed\./,
      );
      expect(await notebook.fails('%npm ls')).toContain('Nothing is installed for this notebook yet.');
    });
    await dialogue(ownProject, async (notebook) => {
      await notebook.fails('%npm install no-such-name');
      expect(readdirSync(notebook.directory)).toEqual(['package.json']);
    });
  });

  test('without a network it says so soon', async () => {
    await dialogue(ownProject, async (notebook) => {
      const traceback = await notebook.fails('%npm install left --registry=http://127.0.0.1:9');
      expect(traceback).toContain('npm cannot reach the registry (ECONNREFUSED): is there a network?');
    });
  });
});

describe('npm: specifiers', () => {
  test('need leave, and the error gives the line to type', async () => {
    await dialogue(ownProject, async (notebook) => {
      const traceback = await notebook.fails("1;\nimport { right } from 'npm:right@2'");
      expect(traceback).toMatch(/The package right@2 is not installed\nCell \[\d+\]:2:1/);
      expect(traceback).toContain('%npm install right@2');
      expect(traceback).toContain('%npm auto on');
    });
  });

  test('find what is installed, if the version is right', async () => {
    await dialogue(ownProject, async (notebook) => {
      await notebook.runs(install(left, right));
      expect(await notebook.shows("import { right } from 'npm:right@2'; right")).toBe("'r'");
      expect(await notebook.shows("(await import('npm:right')).right")).toBe("'r'");
      expect(await notebook.shows("require('npm:left@1').left")).toBe("'l'");
      expect(await notebook.fails("import { right } from 'npm:right@3'")).toContain(
        'right@3 is not installed',
      );
    });
  });

  test('are installed when that is allowed', async () => {
    await dialogue(ownProject, async (notebook) => {
      expect(await notebook.prints('%npm auto on')).toContain('installed on first use');
      expect(await notebook.fails("import { right } from 'npm:right@2'")).toContain('npm does not know');
    });
  });
});
