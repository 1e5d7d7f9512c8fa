// Started as a program (`node dist/prepare.cjs`): does what notebooks do once, so that V8's caches hold what is really used.
// Kernels would write the caches themselves, ten seconds after their first start.
import { createEngine, type Outcome, readSettings } from '.';

const engine = createEngine({
  log: console.error,
  directory: __dirname,
  settings: readSettings().settings,
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
  await engine.inspect('greeting.to', 11, 1);
  await engine.checkCompleteness('if (greeting) {');
  await engine.saveCaches();
  await engine.close();
}

void prepare();
