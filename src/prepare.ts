// Started as a program (`node dist/prepare.cjs DIRECTORY`): does what notebooks do once, so that V8's caches, which go to that
// directory, hold what is really used. Kernels would write them for the user, ten seconds after their first start.
import { resolve } from 'node:path';
import { createEngine, type Outcome, readSettings } from '.';
import { loadOwnScript } from './ahead';

const { settings } = readSettings();
const cache = resolve(process.argv[2] ?? settings.cache);
const engine = createEngine({
  log: console.error,
  directory: __dirname,
  settings: { ...settings, cache },
});

function run(id: number, source: string): Promise<Outcome> {
  return engine.execute({
    id,
    name: String(id),
    label: `Cell [${id}]`,
    source,
    wantsResult: true,
    allowInput: false,
    expressions: {},
  });
}

async function prepare(): Promise<void> {
  await run(1, 'const greeting: string = await Promise.resolve("hello"); greeting.length');
  await run(2, 'console.log(greeting, [1, 2], { a: new Map() })');
  await run(3, 'throw new Error(greeting)');
  await run(4, 'enum Colour { red }');
  await engine.complete('greeting.to', 11);
  // The value of a call takes types.
  await engine.complete('greeting.trim().to', 18);
  await engine.inspect('greeting.to', 11, 1);
  await engine.checkCompleteness('if (greeting) {');
  await engine.saveCaches();
  loadOwnScript('service.cjs', cache).saveCache();
  await engine.close();
}

void prepare();
