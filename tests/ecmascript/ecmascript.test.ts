// A cell means what the same source means to plain Node: hand-picked programs, run by a kernel in each way that it has.
// Needs dist/ (npm run build).
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { awaited, comparable, differences, withoutLayout } from './differences';
import { Kernels, type Outcome, PlainNode, type PlainOutcome, type Program, readPrograms } from './programs';

const topics = readPrograms();
const examples = differences.map(
  ({ what, kind = 'script', program }): Program => ({ title: what, kind, source: program }),
);
const all = [...topics.flatMap(({ programs }) => programs), ...examples];
const plain = new Map<Program, PlainOutcome>();
const asItIs = new Map<Program, Outcome>();
const asTask = new Map<Program, Outcome>();
const emitted = new Map<Program, Outcome>();

let kernels: Kernels;
beforeAll(async () => {
  kernels = await Kernels.start('auto', 'task');
  const node = new PlainNode();
  const note = <T>(outcomes: Map<Program, T>, values: readonly T[]) => {
    for (const [index, program] of all.entries()) outcomes.set(program, values[index]!);
  };
  // What TypeScript cannot erase takes a whole cell through its emitter.
  const behindEnum = all.map((program) => ({ ...program, source: `enum Emitted {} ${program.source}` }));
  await Promise.all([
    node.run(all).then((values) => note(plain, values)),
    kernels.run('auto', all).then((values) => note(asItIs, values)),
    kernels.run('task', all).then((values) => note(asTask, values)),
  ]);
  note(emitted, await kernels.run('auto', behindEnum));
  node.end();
}, 180_000);
afterAll(() => kernels?.dispose());

describe.each(topics)('$topic', ({ programs }) => {
  test.each(programs)('$title', (program) => {
    const expected = plain.get(program)!;
    expect(comparable(asItIs.get(program)!)).toEqual(comparable(expected));
    expect({ asTask: comparable(asTask.get(program)!) }).toEqual({ asTask: comparable(awaited(expected)) });
    expect({ emitted: withoutLayout(comparable(emitted.get(program)!)) }).toEqual({
      emitted: withoutLayout(comparable(expected)),
    });
  });
});

describe('the differences that are decided on are as they are told', () => {
  test.each(examples.map((program, index) => ({ ...program, program, difference: differences[index]! })))(
    '$title',
    ({ program, difference }) => {
      expect(plain.get(program)).toMatchObject(difference.plain);
      expect(asItIs.get(program)).toMatchObject(difference.cell);
    },
  );

  test('A cell that runs as a task waits for a value that is a promise.', () => {
    const program = all.find(({ title }) => title === 'a promise as the value')!;
    expect([asItIs.get(program)!.result, asTask.get(program)!.result]).toEqual(['Promise { 5 }', '5']);
  });
});
