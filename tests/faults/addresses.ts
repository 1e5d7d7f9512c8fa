// Few addresses, as shells, hubs and batch systems limit them (`ulimit -v`): V8 ends a process that is refused some.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { expectNoInnerError, expectWell, fault, start } from './patient';
import { report } from './report';

/** What Node takes for itself before the kernel begins, and too little beside it to say so to a client, in MB. */
const ofNode = Number(process.versions.node.split('.')[0]) > 20 ? 1450 : 750;

fault(
  'with few addresses each cell has an answer, and a kernel that has enough of them imports',
  async () => {
    if (process.platform !== 'linux') return;
    const folder = mkdtempSync(join(tmpdir(), 'tskernel-addresses-'));
    /** Texts that nobody has translated before. */
    const write = () => {
      for (const name of ['local', 'required'])
        writeFileSync(join(folder, `${name}.ts`), `// ${randomUUID()}\nexport enum Answer { Known = 42 }`);
    };
    try {
      for (const addresses of [3200, 4096, 8192]) {
        write();
        const kernel = await start({ cwd: folder, addresses });
        const client = await kernel.connect();
        await client.execute('const kept = 42');
        const { result, reply } = await client.execute("import { Answer } from './local.ts'; Answer.Known");
        expect([addresses, reply.content.status, result]).toEqual([addresses, 'ok', '42']);
        const emitted = await client.execute('enum Kept { It = 42 } Kept.It');
        expect([addresses, emitted.reply.content.evalue, emitted.result]).toEqual([
          addresses,
          undefined,
          '42',
        ]);
        const { stdout } = await client.execute(
          "console.log(typeof WebAssembly, require('./required.ts').Answer.Known)",
        );
        expect(stdout).toBe('object 42\n');
        await expectWell(client);
        expectNoInnerError(kernel);
        await kernel.dispose();
      }
      let cells = 0;
      const refused = new Set<string>();
      for (let addresses = ofNode + 300; addresses < 3000; addresses += 200) {
        write();
        const kernel = await start({ cwd: folder, addresses });
        const client = await kernel.connect();
        for (const code of [
          '40 + 2',
          'enum Kept { It = 42 } Kept.It',
          "import { Answer } from './local.ts'; Answer.Known",
        ]) {
          const { result, reply } = await client.execute(code);
          cells += 1;
          if (reply.content.status === 'ok') {
            expect([addresses, result]).toEqual([addresses, '42']);
            continue;
          }
          const said = reply.content.traceback.join('\n');
          expect([addresses, said]).toEqual([addresses, expect.stringContaining('ulimit -v')]);
          refused.add(reply.content.ename);
        }
        expectNoInnerError(kernel);
        await kernel.dispose();
      }
      // How many it takes beyond these differs from start to start.
      await expect(start({ addresses: ofNode })).rejects.toThrow('ulimit -v');
      expect(refused.size).toBeGreaterThan(0);
      report(
        'a cell of a kernel with too few addresses',
        cells,
        `each was answered, some by ${[...refused].join(', ')}`,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
