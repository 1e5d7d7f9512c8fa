// Programs by chance mean the same as cells and to plain Node. FUZZ_COUNT programs from FUZZ_SEED on; a failure names the
// seed of each program, so that `FUZZ_COUNT=1 FUZZ_SEED=<seed>` runs it alone. Needs dist/ (npm run build).
import { expect, test } from '@jest/globals';
import { awaited, type Compared, comparable, withoutLayout } from './differences';
import { generateProgram, type Theme } from './generator';
import { Kernels, PlainNode, type Program } from './programs';

const count = Number(process.env.FUZZ_COUNT ?? 300);
const firstSeed = Number(process.env.FUZZ_SEED ?? 1);
const themes: readonly Theme[] = ['completion', 'mixed', 'await'];

const programs = Array.from({ length: count }, (_, index): Program => {
  const seed = firstSeed + index;
  const theme = themes[seed % themes.length]!;
  return {
    title: `seed ${seed}, ${theme}`,
    kind: theme === 'await' ? 'module' : 'script',
    source: generateProgram(seed, theme),
  };
});

test(`${count} programs by chance, from seed ${firstSeed} on`, async () => {
  const node = new PlainNode();
  const kernels = await Kernels.start('auto', 'task');
  const [plain, asItIs, asTask] = await Promise.all([
    node.run(programs),
    kernels.run('auto', programs),
    kernels.run('task', programs),
  ]);
  const behindEnum = programs.map((program) => ({ ...program, source: `enum Emitted {} ${program.source}` }));
  const emitted = await kernels.run('auto', behindEnum);
  node.end();
  await kernels.dispose();

  let ended = 0;
  const failures = programs.flatMap(({ title, source }, index) => {
    const expected = plain[index]!;
    if (expected.error === undefined) ended++;
    const ways: [string, Compared, Compared][] = [
      ['as it is', comparable(asItIs[index]!), comparable(expected)],
      ['as a task', comparable(asTask[index]!), comparable(awaited(expected))],
      ['emitted', withoutLayout(comparable(emitted[index]!)), withoutLayout(comparable(expected))],
    ];
    return ways
      .filter(([, cell, node]) => JSON.stringify(cell) !== JSON.stringify(node))
      .map(([way, cell, node]) => ({ program: `${title}, ${way}`, source, cell, node }));
  });
  expect(failures.slice(0, 6)).toEqual([]);
  // A generator whose programs mostly throw at once would prove little.
  expect(ended / count).toBeGreaterThan(count < 30 ? 0 : 0.4);
}, 600_000);
